using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Golden;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class UMTTests
{
    private static readonly JsonElement Steps = BaselineFile.Read("baselines_step.json");

    public static TheoryData<int> Networks => Steps.Cases("cases");

    [Theory]
    [MemberData(nameof(Networks))]
    public void Features_are_distilled_by_their_mean_here_and_by_their_sum_in_I2MCL(int index)
    {
        using var scope = NewDisposeScope();
        using var umt = new UMT(new UMTOptions { Weight = 10 });
        using var sum = new I2MCL(I2MCLOptions.DistillationOnly);

        Compare(umt, "umt_mean_weight_10", compareLoss: true);
        Compare(sum, "umt_sum_weight_1", compareLoss: false);

        void Compare(IGradientStrategy strategy, string name, bool compareLoss)
        {
            var golden = Steps.At("cases", index);
            using var model = new BaselineParameters(golden.GetProperty("parameters"))
                .Network(golden.GetProperty("fusion").GetString()!);
            var features = golden.Tensors("teacher_features");
            var logits = features.Select(_ => zeros(golden.Labels().Length, model.Fusion.Outputs, ScalarType.Float64)).ToArray();
            var step = new TrainingStep(
                model, new ClassificationTask(model.Fusion.Outputs), golden.Batch(),
                teachers: new TeacherOutputs(features, logits, [.. features.Select(_ => 0.5)]));

            var report = strategy.ComputeGradients(step);

            if (compareLoss)
            {
                report.Loss.ShouldBe(golden.GetProperty("quantities").GetProperty("details").GetProperty(name).Number("loss"));
            }

            new BaselineParameters(golden.GetProperty("gradients").GetProperty(name)).ShouldBeGradientsOf(model);
        }
    }
}
