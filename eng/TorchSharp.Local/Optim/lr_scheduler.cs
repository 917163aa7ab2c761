namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Each factory gives the next rate from (base rate, present rate, epoch), then the closed form.</summary>
        public static partial class lr_scheduler
        {
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch,
                    (start, _, epoch) => start * lr_lambda(epoch),
                    (start, _, epoch) => start * lr_lambda(epoch));

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch,
                    (_, rate, epoch) => epoch == 0 || epoch % step_size != 0 ? rate : rate * gamma,
                    (start, _, epoch) => start * Math.Pow(gamma, epoch / step_size));

            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch,
                    (_, rate, epoch) => milestones.Contains(epoch) ? rate * gamma : rate,
                    (start, _, epoch) => start * Math.Pow(gamma, milestones.Distinct().Count(milestone => milestone <= epoch)));

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new Schedule(optimizer, last_epoch,
                    (_, rate, epoch) => epoch == 0 ? rate : rate * gamma,
                    (start, _, epoch) => start * Math.Pow(gamma, epoch));

            public static LRScheduler LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5,
                int last_epoch = -1, bool verbose = false)
            {
                double rise = end_factor - start_factor;
                return new Schedule(optimizer, last_epoch,
                    (_, rate, epoch) => epoch == 0 ? rate * start_factor
                        : epoch > total_iters ? rate
                        : rate * (1 + rise / (total_iters * start_factor + (epoch - 1) * rise)),
                    (start, _, epoch) => start * (start_factor + rise * Math.Min(total_iters, epoch) / total_iters));
            }

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
