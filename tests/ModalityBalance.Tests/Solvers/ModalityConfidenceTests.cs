using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Solvers;

public class ModalityConfidenceTests
{
    [Fact]
    public void Classes_give_the_mean_probability_of_the_truth()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { Math.Log(1), Math.Log(3) }, { Math.Log(4), Math.Log(1) } });

        // Probabilities of the truth: 3/4 and 1/5.
        var confidence = ModalityConfidence.OfClasses(logits, tensor([1L, 1L]));

        confidence.item<double>().Should().BeApproximately((0.75 + 0.2) / 2, 1e-15);
    }

    [Fact]
    public void Absent_samples_do_not_count_even_if_they_are_no_numbers()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { Math.Log(1), Math.Log(3) }, { double.NaN, double.NaN } });

        var confidence = ModalityConfidence.OfClasses(logits, tensor([1L, 0L]), tensor([true, false]));

        confidence.item<double>().Should().BeApproximately(0.75, 1e-15);
    }

    [Fact]
    public void A_modality_that_is_absent_from_the_whole_batch_has_no_confidence()
    {
        using var scope = NewDisposeScope();

        ModalityConfidence.OfClasses(zeros(2, 3), tensor([1L, 0L]), tensor([false, false])).item<float>()
            .Should().Be(float.NaN);
    }

    [Theory]
    [InlineData(new[] { 0.6, 0.2, 0.4 }, new[] { 1, 2, 0 })]
    [InlineData(new[] { 0.5, 0.5, 0.1 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 0, 1 })]
    [InlineData(new[] { double.NaN, 0.9, 0.1 }, new[] { 2, 1, 0 })]
    public void Ranks_rise_with_confidence_ties_by_order_absent_last(double[] confidences, int[] ranks)
    {
        ModalityConfidence.Rank(confidences).Should().Equal(ranks);
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var logits = zeros(2, 3);

        Refused(() => ModalityConfidence.OfClasses(logits, tensor([1L, 0L, 0L])), "labels");
        Refused(() => ModalityConfidence.OfClasses(logits, zeros(2)), "labels");
        Refused(() => ModalityConfidence.OfClasses(logits, tensor([1L, 0L]), tensor([true])), "present");
        Refused(() => ModalityConfidence.OfClasses(logits, tensor([1L, 0L]), ones(2)), "present");
    }

    private static void Refused(Func<Tensor> call, string parameter) =>
        call.Should().Throw<ArgumentException>().WithParameterName(parameter);
}
