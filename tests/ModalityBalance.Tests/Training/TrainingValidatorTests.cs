using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class TrainingValidatorTests
{
    [Fact]
    public void Encoders_in_a_plain_array_are_found()
    {
        using var scope = NewDisposeScope();
        using var model = new OwnModel([nn.Linear(6, 5), nn.Linear(7, 5)], register: false);

        TrainingValidator.Findings(model, Toy.Task, new JointTraining(), null, 1).Should().BeEquivalentTo(
            "The model's Root must hold all parameters, but lacks 2 of the encoder of 'a': register their modules "
                + "(TorchSharp passes over fields that are arrays or lists of modules).",
            "The model's Root must hold all parameters, but lacks 2 of the encoder of 'b': register their modules "
                + "(TorchSharp passes over fields that are arrays or lists of modules).");
    }

    [Fact]
    public void Trainable_parameters_of_no_part_are_found()
    {
        using var scope = NewDisposeScope();
        var extra = nn.Linear(2, 2);
        using var model = new OwnModel([nn.Linear(6, 5), nn.Linear(7, 5)], extra: extra);

        TrainingValidator.Findings(model, Toy.Task, new JointTraining(), null, 1).Should().ContainSingle().Which.Should()
            .Match("Every trainable parameter must belong*these do not: extra.weight, extra.bias.");
        foreach (var parameter in extra.parameters())
        {
            parameter.requires_grad = false;
        }

        TrainingValidator.Findings(model, Toy.Task, new JointTraining(), null, 1).Should().BeEmpty();
    }

    [Fact]
    public void Encoders_that_share_parameters_are_one_finding_among_all()
    {
        using var scope = NewDisposeScope();
        var both = new Mlp(6, 8, 8, 8, 5);
        using var model = new OwnModel([both, both]);

        TrainingValidator.Findings(model, Toy.Task, new JointTraining(), null, 1).Should().ContainSingle().Which.Should()
            .Match("*the encoder of 'a' and the encoder of 'b' share a.*and 3 more.");
        FluentActions.Invoking(() => new Trainer(model, Toy.Task, new UniformBaseline(), Toy.Options()))
            .Should().Throw<ArgumentException>().WithMessage("*Uniform*unimodal heads*'a'*'b'*");
    }

    [Fact]
    public void Teachers_of_other_modalities_or_in_another_order_are_found()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Toy.Model();
        using var more = Taught.Teachers(modalities: 3);
        using var swapped = new UnimodalEnsemble(
            [new ModalityEncoder("m1", new Mlp(7, 5)), new ModalityEncoder("m0", new Mlp(6, 5))],
            [nn.Linear(5, 3), nn.Linear(5, 3)]);
        using var cache = TeacherCache.Open(Taught.Cache(folder, more, Toy.Data(3)), null, null);
        IReadOnlyList<string> Findings(ITeacherSource teachers) => TrainingValidator.Findings(model, Toy.Task, new I2MCL(), teachers, 1);

        Findings(new OnlineTeachers(Taught.Teachers(), Toy.Task)).Should().BeEmpty();
        Findings(new OnlineTeachers(swapped, Toy.Task)).Should().ContainSingle().Which.Should()
            .Be("The teachers must be of the model's modalities, in their order, m0, m1, but are of m1, m0.");
        Findings(cache).Should().ContainSingle().Which.Should().Match("*m0, m1, but are of m0, m1, m2.");
    }

    /// <summary>A model of a user's own.</summary>
    private sealed class OwnModel : nn.Module, IMultimodalModel
    {
        private readonly nn.Module<Tensor, Tensor>[] _encoders;
        private readonly nn.Module<Tensor, Tensor> _top = nn.Linear(10, 3);

        public OwnModel(nn.Module<Tensor, Tensor>[] encoders, bool register = true, nn.Module? extra = null)
            : base(nameof(OwnModel))
        {
            _encoders = encoders;
            register_module("top", _top);
            if (register)
            {
                register_module("a", _encoders[0]);
                register_module("b", _encoders[1]);
            }

            if (extra is not null)
            {
                register_module("extra", extra);
            }
        }

        public IReadOnlyList<string> Modalities => ["a", "b"];

        public nn.Module Root => this;

        public bool HasUnimodalHeads => false;

        public nn.Module Encoder(int modality) => _encoders[modality];

        public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].call(input.Tensors[0]);

        public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present) => _top.call(cat(representations.ToArray(), 1));

        public Tensor PredictUnimodal(int modality, Tensor representation) => throw new InvalidOperationException();

        public IEnumerable<Parameter> SharedParameters() => _top.parameters();

        protected override void RegisterComponents()
        {
        }
    }
}
