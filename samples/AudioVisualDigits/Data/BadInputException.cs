namespace AudioVisualDigits.Data;

/// <summary>
/// Input that the user has to change. The message is one sentence for the user: the file or option,
/// what it must be, and what was found.
/// </summary>
internal sealed class BadInputException : Exception
{
    public BadInputException(string message)
        : base(message)
    {
    }

    public BadInputException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
