namespace ModalityBalance.Benchmarks.CommandLine;

/// <summary>What the user asked for cannot be done; the message is one sentence for them.</summary>
internal sealed class BadInputException(string message) : Exception(message);
