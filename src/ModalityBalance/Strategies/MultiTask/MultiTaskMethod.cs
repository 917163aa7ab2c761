using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>How the gradients of K losses on one encoder are combined, for <see cref="MultiTaskGradients"/>.</summary>
public abstract class MultiTaskMethod : IDisposable
{
    /// <summary>Only the library's own methods.</summary>
    private protected MultiTaskMethod()
    {
    }

    /// <summary>The state of the method between steps.</summary>
    public StateDict State { get; } = new();

    /// <summary>The plain sum of the gradients. Its report holds no figures.</summary>
    public static MultiTaskMethod Uniform() => new UniformMethod();

    /// <summary>K times the point of least norm (MGDA), so that equal weights give the plain sum. Reports <c>weights</c> with the
    /// sum 1, <c>lowest_cosine</c> of two gradients, and <c>stationary</c>, 1 if the update is zero. Reads the device once per
    /// step.</summary>
    public static MultiTaskMethod MGDA() => new MGDAMethod();

    /// <summary>The sum if no two gradients conflict, else the direction of the point of least norm at the length of the sum,
    /// times gamma (MMPareto; Wei and Hu, ICML 2024). Reports <c>coefficients</c>, <c>weights</c>, <c>lowest_cosine</c>,
    /// <c>rescale</c> and <c>stationary</c>. Reads the device once per step.</summary>
    /// <param name="gamma">The factor on the update, finite and above 0. Defaults to 1.5, as in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is out of its range.</exception>
    public static MultiTaskMethod MMPareto(double gamma = ParetoIntegration.DefaultGamma)
    {
        Require.Positive(gamma);
        return new MMParetoMethod(gamma);
    }

    /// <summary>The sum of the gradients, each projected off those that it conflicts with, in random order (PCGrad; Yu et al.,
    /// NeurIPS 2020, Algorithm 1). Reports <c>coefficients</c>. Reads the device once per step.</summary>
    /// <param name="seed">The seed of the orders, which depend only on it and on the number of the step.</param>
    public static MultiTaskMethod PCGrad(int seed) => new PCGradMethod(seed);

    /// <summary>Learned weights (GradNorm; Chen et al., ICML 2018, Algorithm 1), of the shared encoder and of everything else.
    /// Reports <c>weights</c> with the sum K. Reads nothing from the device.</summary>
    /// <param name="options">Defaults to the settings of the paper.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static MultiTaskMethod GradNorm(GradNormOptions? options = null)
    {
        options ??= new GradNormOptions();
        options.Check();
        return new GradNormMethod(options);
    }

    /// <summary>Gradients brought closer to the length of that of the main loss (MetaBalance; He et al., WWW 2022). Reports
    /// <c>mean_factor</c> of each loss. Reads nothing from the device.</summary>
    /// <param name="main">The index of the loss whose gradient stays as it is, at least 0.</param>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">The index or an option is out of its range.</exception>
    public static MultiTaskMethod MetaBalance(int main, MetaBalanceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(main);
        options ??= new MetaBalanceOptions();
        options.Check();
        return new MetaBalanceMethod(main, options);
    }

    /// <summary>Frees and forgets the state.</summary>
    public void Dispose()
    {
        State.Dispose();
        GC.SuppressFinalize(this);
    }

    internal abstract MultiTaskCombination Combine(MultiTaskObjectives objectives);

    private sealed class UniformMethod : MultiTaskMethod
    {
        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives) => new(ones_like(objectives.Losses));
    }

    private sealed class MGDAMethod : MultiTaskMethod
    {
        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives)
        {
            var (weights, lowestCosine, isStationary) = ParetoIntegration.Direction(objectives.ReadGram());
            var coefficients = objectives.OnDevice(weights.Select(weight => objectives.Count * weight));
            return new MultiTaskCombination(coefficients)
            {
                AddFigures = report => report.Add("weights", (IReadOnlyList<double>)weights)
                    .Add("lowest_cosine", lowestCosine).Add("stationary", isStationary ? 1 : 0),
            };
        }
    }

    private sealed class MMParetoMethod(double gamma) : MultiTaskMethod
    {
        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives)
        {
            var integration = ParetoIntegration.Integrate(objectives.ReadGram(), gamma);
            return new MultiTaskCombination(objectives.OnDevice(integration.Coefficients))
            {
                AddFigures = report => report.Add("coefficients", integration.Coefficients).Add("weights", integration.Weights)
                    .Add("lowest_cosine", integration.LowestCosine).Add("rescale", integration.Rescale)
                    .Add("stationary", integration.IsStationary ? 1 : 0),
            };
        }
    }

    private sealed class PCGradMethod(int seed) : MultiTaskMethod
    {
        private const string Steps = "steps";

        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives)
        {
            long step = State.Contains(Steps) ? (long)State[Steps] : 0;
            State[Steps] = step + 1;
            double[] coefficients = Strategies.PCGrad.Coefficients(objectives.ReadGram(), Order);
            return new MultiTaskCombination(objectives.OnDevice(coefficients))
            {
                AddFigures = report => report.Add("coefficients", (IReadOnlyList<double>)coefficients),
            };

            IEnumerable<int> Order(int objective)
            {
                int[] others = [.. Enumerable.Range(0, objectives.Count).Where(other => other != objective)];
                new Random(unchecked((((seed * 1_000_003) + (int)step) * 1_000_003) + objective)).Shuffle(others);
                return others;
            }
        }
    }

    private sealed class GradNormMethod(GradNormOptions options) : MultiTaskMethod
    {
        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives)
        {
            using var noGrad = no_grad();
            var (used, _) = GradNormWeights.Move(State, "losses", objectives.Losses, objectives.Norms, options);
            return new MultiTaskCombination(used) { LossWeights = used, AddFigures = report => report.Add("weights", used) };
        }
    }

    private sealed class MetaBalanceMethod(int main, MetaBalanceOptions options) : MultiTaskMethod
    {
        internal override MultiTaskCombination Combine(MultiTaskObjectives objectives)
        {
            if (main >= objectives.Count)
            {
                throw new ArgumentException(
                    $"main must be the index of one of the {objectives.Count} losses, but is {main}.", nameof(objectives));
            }

            using var noGrad = no_grad();
            var norms = options.Granularity == MetaBalanceGranularity.PerTensor ? objectives.NormsPerTensor : objectives.Norms;
            var factors = MetaBalanceFactors.Move(State, "losses", norms, main, options);
            return new MultiTaskCombination(factors)
            {
                AddFigures = report => report.Add("mean_factor", factors.dim() == 1 ? factors : factors.mean([1L])),
            };
        }
    }
}

/// <summary>The combination of K losses.</summary>
/// <param name="Coefficients">The factors on the gradients, double, [K] or [K, parameters].</param>
internal sealed record MultiTaskCombination(Tensor Coefficients)
{
    /// <summary>The weights of the losses for everything outside the encoder, [K]; null for ones.</summary>
    public Tensor? LossWeights { get; init; }

    /// <summary>Adds the method's figures to a report.</summary>
    public Func<StepReport, StepReport> AddFigures { get; init; } = report => report;
}
