namespace ModalityBalance.Storage;

/// <summary>A kind of checked file.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Mark">The first eight bytes.</param>
/// <param name="Version">Of the format.</param>
internal sealed record FileKind(string Name, byte[] Mark, uint Version);
