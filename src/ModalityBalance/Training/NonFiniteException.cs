namespace ModalityBalance.Training;

/// <summary>A step whose loss or gradient was NaN or infinite. The model was left as it was before the step.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>An error without details.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>An error with a message alone.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>An error caused by another.</summary>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error that names the step and what was not finite.</summary>
    /// <param name="message">What was found where.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="step">Step since the start of training, from 0.</param>
    public NonFiniteException(string message, int epoch, long step)
        : base(message)
    {
        (Epoch, Step) = (epoch, step);
    }

    /// <summary>Epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Step since the start of training, from 0.</summary>
    public long Step { get; }
}
