using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>Adam with weight decay apart from the gradient; none by default.</summary>
    public class AdamW : OptimizerHelper, torch.optim.IBetas
    {
        private readonly MomentOptions _defaults;

        public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters.ToList() }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            _defaults = new MomentOptions(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
            foreach (ParamGroup group in parameters)
            {
                add_param_group(group);
            }
        }

        public (double, double) Betas { get => _defaults.Betas; set => _defaults.Betas = value; }

        public override torch.Tensor? step(Func<torch.Tensor>? closure = null) =>
            Step(group => AdamStep.Update(group, StateOf, decoupledDecay: true), closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            param_group.Options ??= new MomentOptions();
            ((MomentOptions)param_group.Options).Complete(_defaults);
            AddGroup(param_group, parameter => new MomentState(parameter));
        }

        public class ParamGroup : Modules.ParamGroup, torch.optim.IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            {
                Parameters = parameters;
                Options = new MomentOptions(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
            }

            public (double, double) Betas { get => ((MomentOptions)Options).Betas; set => ((MomentOptions)Options).Betas = value; }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
