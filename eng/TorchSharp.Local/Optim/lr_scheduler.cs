namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Each factory gives the next rate from (base rate, present rate, epoch), then the closed form.</summary>
        public static partial class lr_scheduler
        {
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch,
                    (_, rate, epoch) => epoch == 0 || epoch % step_size != 0 ? rate : rate * gamma,
                    (start, _, epoch) => start * Math.Pow(gamma, epoch / step_size));

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
            {
                double Wave(double epoch) => 1 + Math.Cos(Math.PI * epoch / T_max);
                return new Schedule(optimizer, last_epoch,
                    (start, rate, epoch) => epoch == 0 ? rate
                        : (epoch - 1 - T_max) % (2 * T_max) == 0 ? rate + (start - eta_min) * (1 - Math.Cos(Math.PI / T_max)) / 2
                        : Wave(epoch) / Wave(epoch - 1) * (rate - eta_min) + eta_min,
                    (start, _, epoch) => eta_min + (start - eta_min) * Wave(epoch) / 2);
            }
        }
    }
}
