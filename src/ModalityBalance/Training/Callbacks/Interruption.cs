using System.Runtime.ExceptionServices;

namespace ModalityBalance.Training;

/// <summary>Tells observers of a cancellation.</summary>
internal static class Interruption
{
    /// <summary>Tells every observer, also after one that fails, so that none costs another its checkpoint. The first
    /// error is thrown in the end.</summary>
    public static void Tell(IEnumerable<ITrainingObserver> observers)
    {
        Exception? first = null;
        foreach (var observer in observers)
        {
            try
            {
                observer.OnInterrupted();
            }
            catch (Exception e)
            {
                first ??= e;
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
