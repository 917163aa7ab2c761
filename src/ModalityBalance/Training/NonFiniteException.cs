namespace ModalityBalance.Training;

/// <summary>The exception for a step whose loss, gradient or buffer is NaN or infinite. The model is as it was before the step.
/// </summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>Creates an exception without details.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception that was caused by another.</summary>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception that names the step and what was not finite.</summary>
    /// <param name="message">What was found where.</param>
    /// <param name="epoch">The number of the epoch, from 0.</param>
    /// <param name="step">The number of the step since the start of training, from 0.</param>
    public NonFiniteException(string message, int epoch, long step)
        : base(message)
    {
        (Epoch, Step) = (epoch, step);
    }

    /// <summary>The number of the epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>The number of the step since the start of training, from 0.</summary>
    public long Step { get; }
}
