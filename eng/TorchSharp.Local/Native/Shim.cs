using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp.Native;

/// <summary>Finds and checks the compiled shim, and turns its failures into exceptions.</summary>
internal static unsafe class Shim
{
    internal const string Name = "torchshim";

    private const string FileName = "libtorchshim.so";

    /// <summary>Loads the shim that lies beside this assembly and checks it against the libtorch it found.</summary>
    internal static void Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Shim).Assembly, Resolve);
        ts_start();
        string compiled = Text(ts_compiled_version());
        byte* loaded = ts_loaded_configuration();
        string configuration = loaded != null ? Text(loaded) : throw Error();
        if (!configuration.Contains($"TORCH_VERSION={compiled},", StringComparison.Ordinal))
        {
            throw new DllNotFoundException(
                $"{FileName} was compiled against libtorch {compiled}, but another version was loaded: run eng/setup.sh.");
        }
    }

    /// <summary>The failure that the last call on this thread left behind.</summary>
    internal static ExternalException Error() => new(Text(ts_last_error()));

    internal static void Check(int status)
    {
        if (status < 0)
        {
            throw Error();
        }
    }

    internal static string CompiledVersion() => Text(ts_compiled_version());

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name)
        {
            return 0;
        }
        string file = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(file))
        {
            throw new DllNotFoundException($"{file} is missing: run eng/setup.sh and build again, or eng/build-shim.sh there.");
        }
        return NativeLibrary.Load(file);
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;
}
