using System.Runtime.InteropServices;
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
    /// <exception cref="BadInputException">Training diverged, a step failed inside libtorch, or the folder failed.</exception>
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
        catch (InvalidOperationException e) when (e.InnerException is ExternalException)
        {
            throw new BadInputException(
                $"A step failed inside libtorch: {e.Message.Split('\n')[0]} Continue from the last checkpoint with --resume.", e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new BadInputException($"The folder of --out must keep the run, but that failed: {e.Message}", e);
        }
    }
}
