using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>One step of the toy in double, and what it leaves on the parameters.</summary>
internal static class ToyStep
{
    public static MultimodalModel Model(int modalities = 2, string fusion = "late")
    {
        var model = Toy.Model(modalities, fusion);
        model.to(ScalarType.Float64);
        return model;
    }

    public static MultimodalBatch Batch(int modalities = 2, int size = 8) =>
        Toy.Batch(modalities, size, ScalarType.Float64);

    /// <summary>The same samples, of which only the first <paramref name="rows"/> have modality 0.</summary>
    public static MultimodalBatch WithFirstIn(MultimodalBatch batch, int rows)
    {
        var present = new bool[batch.Size, batch.Inputs.Count];
        for (int i = 0; i < batch.Size; i++)
        {
            for (int m = 0; m < batch.Inputs.Count; m++)
            {
                present[i, m] = m > 0 || i < rows;
            }
        }

        return new MultimodalBatch(batch.Inputs, batch.Targets, new PresenceMask(present));
    }

    /// <summary>The first <paramref name="rows"/> samples alone.</summary>
    public static MultimodalBatch Head(MultimodalBatch batch, int rows) => new(
        batch.Inputs.Select(input => (ModalityInput)input.Tensors[0].narrow(0, 0, rows)).ToArray(),
        batch.Targets.narrow(0, 0, rows));

    public static StepReport Run(IGradientStrategy strategy, IMultimodalModel model, MultimodalBatch batch) =>
        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch, teachers: Taught(batch)));

    public static TeacherOutputs Taught(MultimodalBatch batch) => new ToyTeachers(batch.Inputs.Count).For(batch);

    /// <summary>The gradients of an encoder after a step, as one vector.</summary>
    public static double[] EncoderGradient(IGradientStrategy strategy, MultimodalBatch batch, int modality)
    {
        using var model = Model(batch.Inputs.Count);
        Run(strategy, model, batch);
        return Gradient(model.Encoder(modality).parameters());
    }

    /// <summary>The gradients of parameters as one vector; zeros where there is none.</summary>
    public static double[] Gradient(IEnumerable<TorchSharp.Modules.Parameter> parameters) => [.. parameters
        .SelectMany(parameter => (parameter.grad ?? zeros_like(parameter)).flatten().data<double>().ToArray())];

    /// <summary>a x + b y.</summary>
    public static double[] Combine(double a, double[] x, double b, double[] y) =>
        [.. x.Zip(y, (first, second) => (a * first) + (b * second))];
}
