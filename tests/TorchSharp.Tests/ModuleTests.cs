using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class ModuleTests
{
    private sealed class Net : Module<Tensor, Tensor>
    {
        internal readonly Module<Tensor, Tensor> body = Sequential(("conv", Conv2d(1, 2, 3)), ("norm", BatchNorm2d(2)), ("act", ReLU()));
        internal readonly Linear head = Linear(8, 3);
        internal readonly Parameter scale = Parameter(ones(1));
        internal readonly Tensor table = arange(2);

        public Net()
            : base(nameof(Net)) =>
            RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var features = body.call(input);
            using var flat = features.flatten(1);
            using var logits = head.call(flat);
            return logits * scale;
        }
    }

    [Fact]
    public void Components_are_named_by_their_fields_and_children()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();

        net.named_parameters().Select(p => p.name).Should().Equal(
            "scale", "body.conv.weight", "body.conv.bias", "body.norm.weight", "body.norm.bias", "head.weight", "head.bias");
        net.named_buffers().Select(b => b.name).Should().Equal(
            "table", "body.norm.running_mean", "body.norm.running_var", "body.norm.num_batches_tracked");
        net.named_children().Select(c => c.name).Should().Equal("body", "head");
        net.modules().Should().HaveCount(5).And.NotContain(net);
        net.state_dict().Keys.Should().Equal(net.named_parameters().Select(p => p.name).Concat(net.named_buffers().Select(b => b.name)));
    }

    [Fact]
    public void Recurrent_and_attention_layers_name_their_weights_as_in_PyTorch()
    {
        using var scope = NewDisposeScope();
        using var gru = GRU(3, 4, numLayers: 2, bidirectional: true);
        using var attention = MultiheadAttention(4, 2);

        gru.state_dict().Keys.Should().HaveCount(16)
            .And.StartWith(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse"])
            .And.EndWith("bias_hh_l1_reverse");
        attention.state_dict().Keys.Should().Equal("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
    }

    [Fact]
    public void Training_and_evaluation_reach_every_child()
    {
        using var net = new Net();
        net.modules().Should().OnlyContain(module => module.training);

        net.eval();

        net.training.Should().BeFalse();
        net.modules().Should().OnlyContain(
            module => module is Sequential || !module.training, "a sequence has no mode of its own in TorchSharp 0.105");
    }

    [Fact]
    public void Zeroing_the_gradients_of_a_module_drops_them()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.call(ones(2, 1, 4, 4)).sum().backward();
        net.head.weight.grad.Should().NotBeNull();

        net.zero_grad();

        net.parameters().Select(parameter => parameter.grad).Should().AllSatisfy(gradient => gradient.Should().BeNull());
    }

    [Fact]
    public void Another_element_type_means_other_parameters_with_their_gradients()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.call(ones(2, 1, 4, 4)).sum().backward();
        var before = net.scale;
        var gradient = before.grad!.Values();

        net.to(float64);

        net.scale.Should().NotBeSameAs(before);
        before.IsInvalid.Should().BeTrue();
        net.scale.dtype.Should().Be(float64);
        net.scale.requires_grad.Should().BeTrue();
        net.scale.grad!.Values().Should().Equal(gradient);
        net.state_dict()["table"].dtype.Should().Be(int64);
        net.call(ones(2, 1, 4, 4, dtype: float64)).dtype.Should().Be(float64);
    }

    [Fact]
    public void Moving_to_where_it_is_leaves_a_module_alone()
    {
        using var net = new Net();
        var before = net.parameters().ToArray();

        net.to(CPU).to(float32);

        net.parameters().Should().Equal(before, ReferenceEquals);
    }

    [Fact]
    public void A_state_is_copied_into_the_tensors_of_another_module()
    {
        using var scope = NewDisposeScope();
        using var source = new Net();
        using var target = new Net();
        source.call(ones(2, 1, 4, 4)).Dispose();

        var (missing, unexpected) = target.load_state_dict(source.state_dict());

        missing.Should().BeEmpty();
        unexpected.Should().BeEmpty();
        foreach (var (key, tensor) in target.state_dict())
        {
            tensor.Values().Should().Equal(source.state_dict()[key].Values(), key);
        }
    }

    [Fact]
    public void A_state_with_other_keys_is_refused_unless_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        var state = net.state_dict();
        state.Remove("head.bias");
        state["extra"] = ones(1);

        net.Invoking(module => module.load_state_dict(state)).Should().Throw<InvalidOperationException>();
        var (missing, unexpected) = net.load_state_dict(state, strict: false);
        missing.Should().Equal("head.bias");
        unexpected.Should().Equal("extra");
    }

    [Fact]
    public void Batch_normalisation_follows_the_batches_in_training_alone()
    {
        using var scope = NewDisposeScope();
        using var norm = BatchNorm1d(1, dtype: float64);
        var batch = tensor(new[] { 1.0, 3.0 }, dimensions: [2, 1]);

        // Mean 2, variance 1 within the batch; the running variance takes the unbiased one, 2.
        norm.call(batch).Values().Should().Equal([-1, 1], (actual, expected) => Math.Abs(actual - expected) < 1e-5);
        norm.running_mean!.Values()[0].Should().BeApproximately(0.2, 1e-15);
        norm.running_var!.Values()[0].Should().BeApproximately(1.1, 1e-15);

        norm.eval();
        norm.call(batch).Values()[0].Should().BeApproximately((1 - 0.2) / Math.Sqrt(1.1 + 1e-5), 1e-12);
        norm.num_batches_tracked!.Values().Should().Equal(1);
    }

    [Fact]
    public void Dropout_scales_what_it_keeps_and_does_nothing_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var dropout = Dropout(0.75);
        var x = ones(1000);

        var dropped = dropout.call(x).Values();
        dropped.Should().OnlyContain(value => value == 0 || value == 4);
        // A binomial count of 250 with deviation 13.7; six deviations.
        dropped.Count(value => value == 4).Should().BeInRange(168, 332);
        dropout.eval();
        dropout.call(x).Values().Should().OnlyContain(value => value == 1);
    }

    [Fact]
    public void Layers_start_within_the_bounds_of_their_initialisation()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(100, 50);
        using var conv = Conv2d(4, 8, 5);
        using var gru = GRU(3, 25);

        linear.weight.abs().max().item<float>().Should().BeInRange(0.095f, 0.1f);
        linear.bias!.abs().max().item<float>().Should().BeInRange(0.08f, 0.1f);
        conv.weight.abs().max().item<float>().Should().BeInRange(0.095f, 0.1f);
        gru.get_parameter("weight_hh_l0")!.abs().max().item<float>().Should().BeInRange(0.19f, 0.2f);
        init.kaiming_normal_(empty(400, 100), nonlinearity: init.NonlinearityType.ReLU).square().mean().sqrt().item<float>()
            .Should().BeApproximately(MathF.Sqrt(2f / 100), 0.003f);
        init.xavier_uniform_(empty(100, 50)).max().item<float>().Should().BeInRange(0.19f, 0.2f);
    }

    [Fact]
    public void A_disposed_module_has_disposed_its_tensors()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Net net;
        using (NewDisposeScope())
        {
            // The tensor that a parameter is made of counts on its own in the published TorchSharp.
            net = new Net();
        }

        var parameters = net.parameters().ToArray();

        net.Dispose();

        parameters.Should().OnlyContain(parameter => parameter.IsInvalid);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Layers_made_in_a_scope_survive_it()
    {
        Linear layer;
        using (NewDisposeScope())
        {
            layer = Linear(2, 2);
        }

        layer.weight.IsInvalid.Should().BeFalse();
        layer.Dispose();
    }

    [Fact]
    public void A_sequence_leaves_nothing_behind_but_its_result()
    {
        using var net = Sequential(Linear(2, 3), ReLU(), Dropout(), Linear(3, 2));
        using var input = ones(1, 2);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        net.call(input).Dispose();

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }
}
