using TorchSharp.Native;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed)
    {
        Shim.Check(ts_manual_seed(unchecked((ulong)seed)));
        return Generator.Default;
    }

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static void set_num_threads(int num) => Shim.Check(ts_set_threads(num));

    public static int get_num_threads() => ts_threads();

    public static string __version__ => Shim.CompiledVersion();

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Tensor get_rng_state()
        {
            using Generator generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using Generator generator = Generator.Default;
            generator.set_state(new_state);
        }
    }

    public static class cuda
    {
        private static readonly Lazy<int> Count = new(() => ts_cuda_count());

        public static bool is_available() => Count.Value > 0;

        public static int device_count() => Count.Value;

        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            Shim.Check(ts_cuda_synchronize(device?.index ?? -1));
        }

        public static void manual_seed(long seed) => torch.manual_seed(seed);
    }
}
