using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp.Modules
{
    /// <summary>Adam with the decayed maximum of the gradient in place of its mean square.</summary>
    public class Adamax : OptimizerHelper, torch.optim.IBetas
    {
        private readonly MomentOptions _defaults;

        public Adamax(IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0)
            : this([new ParamGroup { Parameters = parameters.ToList() }], lr, beta1, beta2, eps, weight_decay)
        {
        }

        public Adamax(IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
            double weight_decay = 0)
        {
            _defaults = new MomentOptions(lr, beta1, beta2, eps, weight_decay);
            foreach (ParamGroup group in parameters)
            {
                add_param_group(group);
            }
        }

        public (double, double) Betas { get => _defaults.Betas; set => _defaults.Betas = value; }

        public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => Step(Update, closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            param_group.Options ??= new MomentOptions();
            ((MomentOptions)param_group.Options).Complete(_defaults);
            AddGroup(param_group, parameter => new MomentState(parameter));
        }

        private void Update(Modules.ParamGroup group)
        {
            var options = (MomentOptions)group.Options;
            double beta1 = options.Beta1!.Value;
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.grad is not { } gradient)
                {
                    continue;
                }
                var state = (MomentState)StateOf(parameter);
                state.Steps++;
                if (options.WeightDecay!.Value != 0)
                {
                    gradient = Ops.Add.T(gradient, parameter, options.WeightDecay);
                }
                Ops.Mul_.Run(state.First, beta1);
                Ops.Add_.Run(state.First, gradient, 1 - beta1);
                torch.Tensor size = gradient.abs();
                Ops.Add_.Run(size, options.Epsilon);
                Ops.Mul_.Run(state.Second, options.Beta2);
                Ops.Copy_.Run(state.Second, torch.maximum(state.Second, size));
                double stepSize = group.LearningRate / (1 - Math.Pow(beta1, state.Steps));
                Ops.AddCDiv_.Run(parameter, state.First, state.Second, -stepSize);
            }
        }

        public class ParamGroup : Modules.ParamGroup, torch.optim.IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08,
                double weight_decay = 0)
            {
                Parameters = parameters;
                Options = new MomentOptions(lr, beta1, beta2, eps, weight_decay);
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
            public static Adamax Adamax(IEnumerable<Parameter> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-08, double weight_decay = 0) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay);
        }
    }
}
