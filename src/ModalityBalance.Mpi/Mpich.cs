using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace ModalityBalance.Mpi;

/// <summary>Types of elements, by the handles of MPICH.</summary>
internal enum MpiType
{
    /// <summary>32-bit floating point.</summary>
    Float = 0x4c00040a,

    /// <summary>64-bit floating point.</summary>
    Double = 0x4c00080b,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 0x4c00083a,
}

/// <summary>The functions of MPI that the group needs, by the binary interface of MPICH, in which handles are 32-bit integers.
/// The package MPI.NET would be an alternative, but has no nonblocking collectives, without which nothing could be ended after a
/// time limit.</summary>
internal static partial class Mpich
{
    private const string Library = "mpich";
    private const int World = 0x44000000;
    private const int SumOperation = 0x58000003;
    private const int ErrorsReturn = 0x54000001;
    private const int Serialized = 2;
    private const int LongestText = 8192;
    private static readonly nint InPlace = -1;
    private static readonly nint NoStatus = 1;

    // By the name of the ABI; Debian calls it libmpich. MS-MPI has the same interface.
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["msmpi.dll"]
        : ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private static readonly string[] OtherNames = ["libmpi.so.40", "libmpi.so.20"];

    static Mpich() => NativeLibrary.SetDllImportResolver(typeof(Mpich).Assembly, Resolve);

    /// <summary>Starts MPI.</summary>
    public static void Initialize()
    {
        CheckInstalled();
        Check(MPI_Initialized(out int started), "MPI_Initialized");
        if (started != 0)
        {
            throw new InvalidOperationException("MPI must be started once per process, but was started before.");
        }

        Check(MPI_Init_thread(0, 0, Serialized, out int level), "MPI_Init_thread");
        if (level < Serialized)
        {
            throw new InvalidOperationException(
                $"MPI must let several threads call it in turn (level {Serialized}), but provides level {level}.");
        }

        Check(MPI_Comm_set_errhandler(World, ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    public static int Rank() => Check(MPI_Comm_rank(World, out int rank), "MPI_Comm_rank", rank);

    public static int Size() => Check(MPI_Comm_size(World, out int size), "MPI_Comm_size", size);

    public static int BeginSum(nint memory, int count, MpiType type) => Check(
        MPI_Iallreduce(InPlace, memory, count, (int)type, SumOperation, World, out int request), "MPI_Iallreduce", request);

    public static int BeginBroadcast(nint memory, int count, MpiType type, int source) => Check(
        MPI_Ibcast(memory, count, (int)type, source, World, out int request), "MPI_Ibcast", request);

    public static int BeginSumScatter(nint from, nint to, int count, MpiType type) => Check(
        MPI_Ireduce_scatter_block(from, to, count, (int)type, SumOperation, World, out int request),
        "MPI_Ireduce_scatter_block",
        request);

    public static int BeginGather(nint from, nint to, int count, MpiType type) => Check(
        MPI_Iallgather(from, count, (int)type, to, count, (int)type, World, out int request), "MPI_Iallgather", request);

    public static int BeginBarrier() => Check(MPI_Ibarrier(World, out int request), "MPI_Ibarrier", request);

    public static bool IsDone(ref int request) => Check(MPI_Test(ref request, out int done, NoStatus), "MPI_Test", done) != 0;

    public static void Complete() => Check(MPI_Finalize(), "MPI_Finalize");

    public static void Abort(int exitCode) => _ = MPI_Abort(World, exitCode);

    private static void CheckInstalled()
    {
        if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null)
        {
            throw new PlatformNotSupportedException(
                "The program must be started by the mpiexec of MPICH, but was started by that of Open MPI, whose binary interface is "
                + "another.");
        }

        if (Load(Names) != 0)
        {
            return;
        }

        string found = Load(OtherNames) != 0 ? "only Open MPI was found, whose binary interface is another" : "none was found";
        throw new PlatformNotSupportedException(
            $"MPICH must be installed ({string.Join(" or ", Names)}), but {found}: on Debian and Ubuntu, apt-get install mpich.");
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) =>
        library == Library ? Load(Names) : 0;

    private static nint Load(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static T Check<T>(int code, string function, T result)
    {
        Check(code, function);
        return result;
    }

    private static void Check(int code, string function)
    {
        if (code != 0)
        {
            byte[] text = new byte[LongestText];
            int length = 0;
            string reason = MPI_Error_string(code, text, ref length) == 0 ? Encoding.UTF8.GetString(text, 0, length) : $"error {code}";
            throw new InvalidOperationException($"{function} must succeed, but failed: {reason}");
        }
    }

    [LibraryImport(Library)]
    private static partial int MPI_Initialized(out int flag);

    [LibraryImport(Library)]
    private static partial int MPI_Init_thread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_set_errhandler(int comm, int handler);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_rank(int comm, out int rank);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_size(int comm, out int size);

    [LibraryImport(Library)]
    private static partial int MPI_Iallreduce(nint send, nint receive, int count, int type, int operation, int comm, out int request);

    [LibraryImport(Library)]
    private static partial int MPI_Ibcast(nint memory, int count, int type, int root, int comm, out int request);

    [LibraryImport(Library)]
    private static partial int MPI_Ireduce_scatter_block(
        nint send, nint receive, int count, int type, int operation, int comm, out int request);

    [LibraryImport(Library)]
    private static partial int MPI_Iallgather(
        nint send, int sendCount, int sendType, nint receive, int receiveCount, int receiveType, int comm, out int request);

    [LibraryImport(Library)]
    private static partial int MPI_Ibarrier(int comm, out int request);

    [LibraryImport(Library)]
    private static partial int MPI_Test(ref int request, out int flag, nint status);

    [LibraryImport(Library)]
    private static partial int MPI_Finalize();

    [LibraryImport(Library)]
    private static partial int MPI_Abort(int comm, int code);

    [LibraryImport(Library)]
    private static partial int MPI_Error_string(int code, [Out] byte[] text, ref int length);
}
