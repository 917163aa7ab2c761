using TorchSharp.Native;

namespace TorchSharp.Modules;

/// <summary>The update that Adam and AdamW share; they differ in where weight decay enters.</summary>
internal static class AdamStep
{
    internal static void Update(ParamGroup group, Func<Parameter, OptimizerState> stateOf, bool decoupledDecay)
    {
        var options = (MomentOptions)group.Options;
        foreach (Parameter parameter in group.Parameters)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }
            gradient = options.Maximize!.Value ? gradient.neg() : gradient;
            if (decoupledDecay)
            {
                Ops.Mul_.Run(parameter, 1 - group.LearningRate * options.WeightDecay!.Value);
            }
            else if (options.WeightDecay!.Value != 0)
            {
                gradient = Ops.Add.T(gradient, parameter, options.WeightDecay);
            }
            Apply(parameter, gradient, (MomentState)stateOf(parameter), options);
        }
    }

    private static void Apply(Parameter parameter, torch.Tensor gradient, MomentState state, MomentOptions options)
    {
        double beta1 = options.Beta1!.Value;
        double beta2 = options.Beta2!.Value;
        state.Steps++;
        Ops.Mul_.Run(state.First, beta1);
        Ops.Add_.Run(state.First, gradient, 1 - beta1);
        Ops.Mul_.Run(state.Second, beta2);
        Ops.AddCMul_.Run(state.Second, gradient, gradient, 1 - beta2);
        torch.Tensor squares = state.Second;
        if (state.Maximum is { } maximum)
        {
            Ops.Copy_.Run(maximum, torch.maximum(maximum, squares));
            squares = maximum;
        }
        torch.Tensor deviation = squares.sqrt();
        Ops.Div_.Run(deviation, Math.Sqrt(1 - Math.Pow(beta2, state.Steps)));
        Ops.Add_.Run(deviation, options.Epsilon);
        double stepSize = options.LearningRate!.Value / (1 - Math.Pow(beta1, state.Steps));
        Ops.AddCDiv_.Run(parameter, state.First, deviation, -stepSize);
    }
}
