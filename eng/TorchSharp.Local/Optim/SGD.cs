using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum, as in PyTorch.</summary>
    public class SGD : OptimizerHelper, torch.optim.IMomentum
    {
        private readonly SgdOptions _defaults;

        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters.ToList() }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
        {
            if (nesterov && (momentum == 0 || dampening != 0))
            {
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
            }
            _defaults = new SgdOptions(lr, momentum, dampening, weight_decay, nesterov, maximize);
            foreach (ParamGroup group in parameters)
            {
                add_param_group(group);
            }
        }

        public double Momentum { get => _defaults.Momentum!.Value; set => _defaults.Momentum = value; }

        public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => Step(Update, closure);

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            param_group.Options ??= new SgdOptions();
            ((SgdOptions)param_group.Options).Complete(_defaults);
            AddGroup(param_group, parameter => new SgdState(parameter));
        }

        private void Update(Modules.ParamGroup group)
        {
            var options = (SgdOptions)group.Options;
            double momentum = options.Momentum!.Value;
            double weightDecay = options.WeightDecay!.Value;
            double rate = options.Maximize!.Value ? group.LearningRate : -group.LearningRate;
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.grad is not { } gradient)
                {
                    continue;
                }
                if (weightDecay != 0)
                {
                    gradient = Ops.Add.T(gradient, parameter, weightDecay);
                }
                if (momentum != 0)
                {
                    torch.Tensor buffer = ((SgdState)StateOf(parameter)).Accumulate(gradient, momentum, 1 - options.Dampening!.Value);
                    gradient = options.Nesterov!.Value ? Ops.Add.T(gradient, buffer, momentum) : buffer;
                }
                Ops.Add_.Run(parameter, gradient, rate);
            }
        }

        public class ParamGroup : Modules.ParamGroup, torch.optim.IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false)
            {
                Parameters = parameters;
                Options = new SgdOptions(lr, momentum, dampening, weight_decay, nesterov, maximize);
            }

            public double Momentum { get => ((SgdOptions)Options).Momentum!.Value; set => ((SgdOptions)Options).Momentum = value; }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0,
                double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
