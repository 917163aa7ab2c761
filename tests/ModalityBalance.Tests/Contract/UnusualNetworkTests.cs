using System.Runtime.InteropServices;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Contract;

/// <summary>Every strategy on networks and targets that the plain loop takes.</summary>
public class UnusualNetworkTests
{
    private const int Samples = 16;
    private const int Width = 6;

    public static TheoryData<string> Names => [.. StrategyTable.UndemandingNames];

    public static TheoryData<string> RegressionNames =>
        [.. StrategyTable.UndemandingNames.Where(name => StrategyTable.Takes(name, "regression"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sparse_embeddings_learn(string name)
    {
        using var scope = NewDisposeScope();
        var tokens = randint(0, 20, [Samples, 5], dtype: ScalarType.Int64);

        Learns(name, new Words(), tokens, randint(0, 3, [Samples], dtype: ScalarType.Int64), new ClassificationTask(3));
    }

    [Theory]
    [MemberData(nameof(RegressionNames))]
    public void Representations_of_one_number_per_sample_learn(string name)
    {
        using var scope = NewDisposeScope();
        using var model = new ScalarModel();
        var targets = randn(Samples);
        var teachers = new TeacherOutputs(
            [randn(Samples), randn(Samples)], [randn(Samples, 1), randn(Samples, 1)], [0.4, 0.6], [0.4, 0.6]);

        Learns(name, model, [randn(Samples, 4), randn(Samples, 5)], targets, new RegressionTask(), teachers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Heads_that_begin_in_place_leave_the_other_predictions_alone(string name)
    {
        using var scope = NewDisposeScope();
        var inputs = new[] { randn(Samples, 4), randn(Samples, 5) };
        var targets = randint(0, 3, [Samples], dtype: ScalarType.Int64);

        var inPlace = Trained(inPlace: true);

        inPlace.Should().BeEquivalentTo(Trained(inPlace: false));

        Dictionary<string, string> Trained(bool inPlace)
        {
            random.manual_seed(4);
            nn.Module<Tensor, Tensor> Head() =>
                nn.Sequential(("relu", nn.ReLU(inPlace)), ("linear", nn.Linear(Width, 3)));
            using var model = new MultimodalModel(
                [new ModalityEncoder("a", new Mlp(4, Width)), new ModalityEncoder("b", new Mlp(5, Width))],
                new ConcatFusion([Width, Width], 3),
                [Head(), Head()]);
            Fit(name, model, inputs, targets, new ClassificationTask(3), Teachers(3));
            return Toy.State(model);
        }
    }

    [Theory]
    [MemberData(nameof(RegressionNames))]
    public void Targets_of_double_precision_are_learned(string name)
    {
        using var scope = NewDisposeScope();

        Learns(name, new Mlp(4, Width), randn(Samples, 4), randn(Samples, ScalarType.Float64), new RegressionTask());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Networks_of_sixteen_bits_learn(string name)
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new Mlp(4, Width)), new ModalityEncoder("b", new Mlp(5, Width))],
            new LateFusion([Width, Width], 3));
        model.to(ScalarType.BFloat16);

        Learns(
            name,
            model,
            [randn(Samples, 4, ScalarType.BFloat16), randn(Samples, 5, ScalarType.BFloat16)],
            randint(0, 3, [Samples], dtype: ScalarType.Int64),
            new ClassificationTask(3),
            Teachers(3, ScalarType.BFloat16));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_failure_in_the_backward_pass_of_an_encoder_is_an_exception(string name)
    {
        using var scope = NewDisposeScope();
        var targets = randint(0, 3, [Samples], dtype: ScalarType.Int64);

        FluentActions.Invoking(() => Learns(name, new Hungry(), randn(Samples, 4), targets, new ClassificationTask(3)))
            .Should().Throw<ExternalException>("running out of memory keeps its type").WithMessage("*allocate*");
        FluentActions.Invoking(() => Learns(name, new Spoiled(), randn(Samples, 4), targets, new ClassificationTask(3)))
            .Should().Throw<InvalidOperationException>().WithMessage("Step 0: *encoder of 'a'*in*place*");
    }

    [Theory]
    [MemberData(nameof(TaughtNames))]
    public void A_teacher_that_is_not_finite_stops_the_step_by_name(string name)
    {
        using var scope = NewDisposeScope();
        foreach (float broken in (float[])[float.NaN, float.PositiveInfinity])
        {
            var teachers = Teachers(3);
            teachers.Representations[0].select(0, 3).fill_(broken);
            teachers.Logits[0].select(0, 3).fill_(broken);

            FluentActions.Invoking(() => Learns(
                name,
                new Mlp(4, Width),
                randn(Samples, 4),
                randint(0, 3, [Samples], dtype: ScalarType.Int64),
                new ClassificationTask(3),
                teachers)).Should().Throw<NonFiniteException>().WithMessage("Step 0*the teacher of 'a' is not finite*");
        }
    }

    public static TheoryData<string> TaughtNames => [.. StrategyTable.UndemandingNames.Where(name =>
        StrategyTable.Make(name, 2).Requirements.HasFlag(StrategyRequirements.Teachers) && name != "i2mcl all task")];

    private static TeacherOutputs Teachers(int outputs, ScalarType type = ScalarType.Float32) => new(
        [randn(Samples, Width, type), randn(Samples, Width, type)],
        [randn(Samples, outputs, type), randn(Samples, outputs, type)],
        [0.4, 0.6],
        [0.4, 0.6]);

    private static void Learns(
        string name,
        nn.Module<Tensor, Tensor> encoder,
        Tensor input,
        Tensor targets,
        LearningTask task,
        TeacherOutputs? teachers = null)
    {
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", encoder), new ModalityEncoder("b", new Mlp(5, Width))],
            new LateFusion([Width, Width], task.Outputs));
        Learns(name, model, [input, randn(Samples, 5)], targets, task, teachers ?? Teachers((int)task.Outputs));
    }

    /// <summary>One step moves the first encoder, or the second where the first is suppressed.</summary>
    private static void Learns(
        string name, IMultimodalModel model, Tensor[] inputs, Tensor targets, LearningTask task, TeacherOutputs teachers)
    {
        var before = Toy.State(model);

        Fit(name, model, inputs, targets, task, teachers);

        var after = Toy.State(model);
        after.Keys.Should().Contain(key => key.StartsWith("encoder", StringComparison.Ordinal) && after[key] != before[key]);
        model.Root.parameters().Should().OnlyContain(parameter => parameter.isfinite().all().item<bool>());
    }

    private static void Fit(
        string name, IMultimodalModel model, Tensor[] inputs, Tensor targets, LearningTask task, TeacherOutputs teachers)
    {
        var strategy = StrategyTable.Make(name, 2);
        new Trainer(model, task, strategy, Toy.Options(1) with { Teachers = new Fixed(teachers) })
            .Fit(BatchSource.From([new MultimodalBatch([.. inputs.Select(input => (ModalityInput)input)], targets)]));
        (strategy as IDisposable)?.Dispose();
    }

    private sealed class Fixed(TeacherOutputs outputs) : ITeacherSource
    {
        public bool HasOverallConfidences => true;

        public TeacherOutputs For(MultimodalBatch batch) => new(
            [.. outputs.Representations.Select(tensor => tensor.clone())],
            [.. outputs.Logits.Select(tensor => tensor.clone())],
            outputs.Confidences,
            outputs.OverallConfidences);
    }

    private sealed class Words : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding _words = nn.Embedding(20, Width, sparse: true);

        public Words()
            : base(nameof(Words)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _words.call(input).mean([1L]);
    }

    private sealed class Scalar : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer;

        public Scalar(long inputs)
            : base(nameof(Scalar))
        {
            _layer = nn.Linear(inputs, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layer.call(input).squeeze(1);
    }

    /// <summary>Each representation, [batch], is its modality's prediction; their mean is the fused one.</summary>
    private sealed class ScalarModel : nn.Module, IMultimodalModel
    {
        private readonly Scalar[] _encoders = [new Scalar(4), new Scalar(5)];
        private readonly Parameter _bias = nn.Parameter(zeros(1));

        public ScalarModel()
            : base(nameof(ScalarModel))
        {
            register_module("encoder_a", _encoders[0]);
            register_module("encoder_b", _encoders[1]);
            register_parameter("bias", _bias);
        }

        public IReadOnlyList<string> Modalities => ["a", "b"];

        public nn.Module Root => this;

        public bool HasUnimodalHeads => true;

        public nn.Module Encoder(int modality) => _encoders[modality];

        public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].call(input.Tensors[0]);

        public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present) =>
            stack(representations.ToArray(), 1).mean([1L], keepdim: true) + _bias;

        public Tensor PredictUnimodal(int modality, Tensor representation) => representation.unsqueeze(1) + _bias;

        public IEnumerable<Parameter> SharedParameters() => [_bias];
    }

    /// <summary>Its backward pass asks for 4 TiB.</summary>
    private sealed class Hungry : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(4, Width);
        private readonly Parameter _scale = nn.Parameter(zeros(1));

        public Hungry()
            : base(nameof(Hungry)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _linear.call(input) + _scale.expand(1L << 40).narrow(0, 0, Width);
    }

    /// <summary>Changes in place what its backward pass needs.</summary>
    private sealed class Spoiled : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(4, Width);

        public Spoiled()
            : base(nameof(Spoiled)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var hidden = _linear.call(input).sigmoid();
            var output = hidden * 2;
            hidden.add_(1);
            return output;
        }
    }
}
