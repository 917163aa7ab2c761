namespace ModalityBalance.Mpi.Tests;

/// <summary>A test that starts processes with the mpiexec of MPICH; skipped where there is none.</summary>
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute()
    {
        if (MpiJob.Launcher is null)
        {
            Skip = "mpiexec of MPICH is not installed (apt-get install mpich)";
        }
    }
}
