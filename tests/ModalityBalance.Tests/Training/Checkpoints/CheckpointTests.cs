using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>What is read of checkpoints, and which are refused.</summary>
public class CheckpointTests : CheckpointedRuns
{
    [Fact]
    public void The_newest_good_one_is_found_when_the_last_is_cut_short()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("joint", 3);
        string[] kept = Directory.GetFiles(Folder).Order().ToArray();
        File.WriteAllBytes(kept[^1], File.ReadAllBytes(kept[^1])[..^40]);

        Checkpoint.FindNewest(Folder).Should().Be(kept[^2]);
        var (_, resumed) = Train("joint", 3, resume: true);

        resumed.Should().BeEquivalentTo(whole);
        Checkpoint.FindNewest(Path.Combine(Folder, "nowhere")).Should().BeNull();
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_all_differences()
    {
        using var scope = NewDisposeScope();
        Train("joint", 2);
        using var model = Toy.Model(modalities: 2, fusion: "concat");
        var before = Toy.State(model);
        var options = Options(2, "Adamax") with { ResumeFrom = Checkpoint.FindNewest(Folder) };

        new Trainer(model, Toy.Task, new UniformBaseline(), options)
            .Invoking(trainer => trainer.Fit(Toy.Data().Shuffled(8, 3)))
            .Should().Throw<InvalidDataException>().WithMessage(
                "*'head_m0.weight' is Float32 ?3, 5?, but in the checkpoint it is not there*"
                + "strategy is Uniform, but in the checkpoint it is Joint*"
                + "optimizer is Adamax of *, but in the checkpoint it is SGD of *"
                + "training data is 96 samples in batches of 8*, but in the checkpoint it is 96 samples in batches of 16*");

        Toy.State(model).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_checkpoint_of_other_data_of_the_same_size_is_refused()
    {
        using var scope = NewDisposeScope();
        Train("joint", 2);
        using var model = Toy.Model(modalities: 2);
        var data = Toy.Data();
        var other = data.Select([.. Enumerable.Range(0, (int)data.Count).Select(i => (long)(i == 1 ? 0 : i))]);
        var options = Options(2, "SGD") with { ResumeFrom = Checkpoint.FindNewest(Folder) };

        new Trainer(model, Toy.Task, new JointTraining(), options)
            .Invoking(trainer => trainer.Fit(
                new MultimodalDataset(other.Inputs, other.Targets, Toy.Task).Shuffled(16, 3)))
            .Should().Throw<InvalidDataException>().WithMessage("*training data is 96 samples *of content*");
    }

    [Fact]
    public void Weights_can_be_loaded_alone()
    {
        using var scope = NewDisposeScope();
        var (result, best) = Train("uniform", 20);
        string path = Checkpoint.FindNewest(Folder)!;
        using var model = Toy.Model(seed: 5);
        using var other = Toy.Model(modalities: 3);

        Checkpoint.LoadModel(path, model);

        Toy.State(model).Should().BeEquivalentTo(best, "the run ended with the weights of its best epoch");
        result.BestEpoch.Should().BeLessThan(19, "else the next line shows nothing");
        Checkpoint.LoadModel(path, model, best: false);
        Toy.State(model).Should().NotBeEquivalentTo(best);
        FluentActions.Invoking(() => Checkpoint.LoadModel(path, other)).Should().Throw<InvalidDataException>()
            .WithMessage("*another model*'encoder_m2.*not there*");
    }

    [Fact]
    public void A_checkpoint_cut_or_flipped_anywhere_is_refused()
    {
        using var scope = NewDisposeScope();
        Train("i2mcl", 1);
        string path = Checkpoint.FindNewest(Folder)!;
        byte[] good = File.ReadAllBytes(path);
        var chance = new Random(5);
        using var model = Toy.Model();
        var before = Toy.State(model);

        for (int i = 0; i < 500; i++)
        {
            byte[] bad = i % 2 == 0 ? good[..chance.Next(good.Length)] : [.. good];
            if (i % 2 == 1)
            {
                bad[chance.Next(bad.Length)] ^= (byte)(1 << chance.Next(8));
            }

            File.WriteAllBytes(path, bad);
            FluentActions.Invoking(() => Checkpoint.LoadModel(path, model)).Should().Throw<InvalidDataException>();
        }

        Checkpoint.FindNewest(Folder).Should().BeNull();
        Toy.State(model).Should().BeEquivalentTo(before);
    }
}
