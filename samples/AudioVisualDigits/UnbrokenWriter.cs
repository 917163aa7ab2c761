using System.Text;

namespace AudioVisualDigits;

/// <summary>A writer whose target may be closed or full: it drops what cannot be written, so that long work continues and
/// its result is kept.</summary>
/// <param name="target">Stays the caller's.</param>
internal sealed class UnbrokenWriter(TextWriter target) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => target.Encoding;

    /// <summary>Gets why something was dropped; null if nothing was.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public override void Write(char value) => Attempt(() => target.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Attempt(() => target.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) =>
        Attempt(() => target.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Flush() => Attempt(target.Flush);

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure ??= e;
        }
    }
}
