using System.Globalization;
using System.Net;

namespace TorchSharp;

public static partial class torch
{
    public static partial class utils
    {
        public static partial class tensorboard
        {
            /// <summary>A writer of event files for TensorBoard into a folder: by default, or below the given one on request, a new one
            /// named after the time and the host.</summary>
            public static Modules.SummaryWriter SummaryWriter(string? log_dir = null, string? filename_suffix = null, bool createRunName = false)
            {
                string root = string.IsNullOrEmpty(log_dir) ? "runs" : log_dir;
                bool below = createRunName || string.IsNullOrEmpty(log_dir);
                return new(below ? Path.Combine(root, RunName(DateTime.Now)) : root, filename_suffix);
            }

            private static string RunName(DateTime now) =>
                now.ToString("MMMd_H-m-s_", CultureInfo.InvariantCulture) + Dns.GetHostName();
        }
    }
}
