using AudioVisualDigits.Data;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>Turns what goes wrong while networks are trained, teachers included, into errors for the user.</summary>
/// <param name="settings">How they are trained.</param>
internal sealed class RunGuard(RunSettings settings)
{
    /// <summary>Does work that trains and writes to the folder of --out.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isScaled">Whether --distillation-scale acts on it.</param>
    /// <exception cref="BadInputException">Training diverged, or the folder failed.</exception>
    public T Attempt<T>(Func<T> work, bool isScaled = false)
    {
        try
        {
            return work();
        }
        catch (NonFiniteException e)
        {
            throw settings.Diverged(e.Message, isScaled);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new BadInputException($"The folder of --out must keep the run, but that failed: {e.Message}", e);
        }
    }
}
