using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using SkiaSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets.Tests;

/// <summary>CREMA-D and Kinetics-Sounds, from small files in their layout.</summary>
public sealed class AudioVisualTests : IDisposable
{
    private static readonly AudioVisualOptions Small = new()
    {
        SampleRate = 8_000,
        Seconds = 0.5,
        Window = 256,
        Hop = 128,
        FrameSize = 16,
    };

    private readonly Files _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_split_of_CREMA_D_has_the_classes_of_its_file()
    {
        CremaFolder();

        var train = CremaD.Open(_files.Root, "train", Small);

        (train.Count, train.Name).Should().Be((4, "CREMA-D train"));
        using var scope = NewDisposeScope();
        train.InOrder(4).Batches(0).Single().Targets.data<long>().Should().Equal(0, 5, 2, 1);
    }

    [Fact]
    public void The_spectrogram_has_its_maximum_at_the_tone()
    {
        CremaFolder();
        Files.Tone(_files.At("AudioWAV", "a.wav"), hertz: 1_000, rate: 16_000);
        using var scope = NewDisposeScope();

        var sound = First("train").Inputs[0].Tensors[0];

        sound.shape.Should().Equal(1, 1, 129, 32);
        // 31.25 Hz per frequency: 1000 Hz is number 32, in every window but the ones at the ends.
        sound[0, 0].argmax(0).data<long>().Skip(1).Take(30).Should().AllBeEquivalentTo(32L);
    }

    [Fact]
    public void The_defaults_give_the_sizes_of_the_published_code()
    {
        CremaFolder();
        using var scope = NewDisposeScope();

        var inputs = CremaD.Open(_files.Root, "train").InOrder(1).Batches(0).First().Inputs;

        inputs[0].Tensors[0].shape.Should().Equal(1, 1, 257, 188);
        inputs[1].Tensors[0].shape.Should().Equal(1, 3, 224, 224);
    }

    [Fact]
    public void Short_sound_is_repeated_and_long_sound_is_cut()
    {
        float[] short1 = [0.5f, -0.5f];
        float[] long1 = [.. Enumerable.Range(0, 10_000).Select(i => i % 2 == 0 ? 0.5f : -0.5f)];
        using var scope = NewDisposeScope();

        Spectrogram.Of(short1, Small).Equals(Spectrogram.Of(long1, Small)).Should().BeTrue();
    }

    [Theory]
    [InlineData(44_100, 1)]
    [InlineData(8_000, 2)]
    [InlineData(8_000, 1)]
    public void Recordings_of_any_rate_become_mono_at_one_rate(int rate, int channels)
    {
        string path = _files.At("tone.wav");
        Files.Tone(path, hertz: 440, rate, seconds: 1, channels);

        float[] sound = Recording.Read(path, 8_000);

        sound.Length.Should().BeInRange(7_900, 8_100, "it is a second, but for the filter's ends");
        sound.Skip(1_000).Take(6_000).Max().Should().BeApproximately(0.5f, 0.01f, "the tone has this height");
    }

    [Theory]
    [InlineData("frame.png")]
    [InlineData("frame.jpg")]
    public void A_frame_is_scaled_and_normalized_by_channel(string name)
    {
        Files.Image(_files.At("frames", name), SKColors.Red, SKColors.Blue);
        using var scope = NewDisposeScope();

        var frame = Frames.Read(Frames.In(_files.At("frames")), Small, random: null);

        frame.shape.Should().Equal(3, 16, 16);
        // (1 - mean) / deviation and (0 - mean) / deviation of ImageNet; JPEG loses a little.
        Value(0, 2).Should().BeApproximately((1 - 0.485f) / 0.229f, 0.05f);
        Value(2, 2).Should().BeApproximately((0 - 0.406f) / 0.225f, 0.05f);
        Value(0, 13).Should().BeApproximately((0 - 0.485f) / 0.229f, 0.05f);
        Value(2, 13).Should().BeApproximately((1 - 0.406f) / 0.225f, 0.05f);

        float Value(int channel, int x) => frame[channel, 8, x].item<float>();
    }

    [Fact]
    public void Several_frames_are_spread_over_the_recording()
    {
        SKColor[] colors = [SKColors.Black, SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.White, SKColors.Black];
        foreach (var (i, color) in colors.Index())
        {
            Files.Image(_files.At("frames", $"{i}.png"), color, color);
        }

        using var scope = NewDisposeScope();

        var frames = Frames.Read(Frames.In(_files.At("frames")), Small with { Frames = 3 }, random: null);

        frames.shape.Should().Equal(3, 3, 16, 16);
        // The second, fourth and sixth of six: red, blue, black.
        var bright = frames[TensorIndex.Colon, TensorIndex.Colon, 8, 8].gt(0);
        bright.data<bool>().Should().Equal(true, false, false, false, false, true, false, false, false);
    }

    [Fact]
    public void Order_and_parts_of_frames_depend_on_seed_and_epoch_only()
    {
        CremaFolder();
        using var scope = NewDisposeScope();
        var source = CremaD.Open(_files.Root, "train", Small).Shuffled(2, seed: 3);

        string first = Content(source, 0);

        Content(source, 0).Should().Be(first);
        Content(source, 1).Should().NotBe(first);
        Content(CremaD.Open(_files.Root, "train", Small).Shuffled(2, seed: 4), 0).Should().NotBe(first);

        static string Content(IBatchSource batches, int epoch) => string.Join(' ', batches.Batches(epoch).Select(batch =>
            $"{string.Join(',', batch.Targets.data<long>())} {batch.Inputs[1].Tensors[0].sum().item<float>()}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_network_trains_for_an_epoch_on_Kinetics_Sounds(int frames)
    {
        foreach (string split in new[] { "train", "test" })
        {
            File.WriteAllText(_files.At($"{split}.csv"), "v1,playing drums\nv2,bowling\n\nv3,bowling\n");
        }

        foreach (string name in new[] { "v1", "v2", "v3" })
        {
            Files.Tone(_files.At("audio", $"{name}.wav"), 300, 8_000);
            Files.Image(_files.At("frames", name, "0.jpg"), SKColors.Red, SKColors.Green);
        }

        var options = Small with { Frames = frames };
        var (train, test) = (KineticsSounds.Open(_files.Root, "train", options: options), KineticsSounds.Open(_files.Root, "test", options: options));
        train.Classes.Should().Equal("bowling", "playing drums");
        nn.Module<Tensor, Tensor> images = frames == 1 ? new SmallCnn(3) : new MeanOverFrames(new SmallCnn(3));
        using var model = new MultimodalModel(
            [new ModalityEncoder("audio", new SmallCnn()), new ModalityEncoder("visual", images)], new LateFusion([64, 64], 2));

        var result = new Trainer(model, train.Task, new UniformBaseline(), new TrainerOptions
        {
            Epochs = 1,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.01),
        }).Fit(train.Shuffled(3, seed: 1), test.InOrder(3));

        result.Epochs.Single().Validation!.Fused.Samples.Should().Be(3);
    }

    [Theory]
    [InlineData("a;NEU", "'*train.csv' must be a split file with a name and a class per line, with a comma between, but cannot be read: "
        + "line 1 is 'a;NEU'.")]
    [InlineData("a,NEU\nb", "*line 2 is 'b'.")]
    [InlineData("", "'*train.csv' must name at least one recording, but is empty.")]
    [InlineData("a,JOY", "'*train.csv' must name classes of NEU, HAP, SAD, FEA, DIS, ANG, but 'a' has the class 'JOY'.")]
    [InlineData("a,NEU\nx,HAP", "'*train.csv' must name recordings that are there, but 2 of their 4 files and folders are not: *x.wav', *x'.")]
    public void Split_files_of_another_form_are_refused(string content, string message)
    {
        CremaFolder();
        File.WriteAllText(_files.At("train.csv"), content);

        Refused<InvalidDataException>(() => CremaD.Open(_files.Root, "train", Small), message);
    }

    [Fact]
    public void What_is_missing_is_named_before_training()
    {
        Refused<DirectoryNotFoundException>(
            () => CremaD.Open(_files.At("none"), "train", Small),
            "'*none' must be a folder that holds AudioWAV, Image-01-FPS and train.csv, but there is no such folder.");
        CremaFolder();
        Refused<FileNotFoundException>(
            () => CremaD.Open(_files.Root, "dev", Small), "'*dev.csv' must be a split file*, but there is no such file.");
        File.Delete(_files.At("Image-01-FPS", "a", "0.jpg"));
        Refused<InvalidDataException>(
            () => CremaD.Open(_files.Root, "train", Small), "'*a' must hold frames as .jpg or .png files, but holds none.");
    }

    [Theory]
    [InlineData("AudioWAV/a.wav", 0.5, "'*a.wav' must be a wav file*, but cannot be read: it is cut short: * bytes by its header, but * in the file.")]
    [InlineData("AudioWAV/a.wav", 0.0, "'*a.wav' must be a wav file of PCM or float samples, but cannot be read: *")]
    [InlineData("Image-01-FPS/a/0.jpg", 0.97, "'*0.jpg' must be a JPEG or PNG image, but cannot be read: it is cut short or damaged.")]
    [InlineData("Image-01-FPS/a/0.jpg", 0.0, "'*0.jpg' must be a JPEG or PNG image, but cannot be read: it is neither, or is cut short.")]
    public void Files_that_are_cut_short_are_named(string file, double kept, string message)
    {
        CremaFolder();
        Files.Cut(_files.At(file.Split('/')), kept);
        using var scope = NewDisposeScope();

        Refused<InvalidDataException>(() => First("train"), message);
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        CremaFolder();

        Refused<ArgumentException>(
            () => CremaD.Open(_files.Root, "train", new AudioVisualOptions { Hop = 0, Frames = 0 }),
            $"Hop must be at least 1, but is 0.{Environment.NewLine}Frames must be at least 1, but is 0.");
        Refused<ArgumentException>(
            () => CremaD.Open(_files.Root, "train", new AudioVisualOptions { Seconds = 0.01 }),
            "Seconds must be more than half a window, 256 samples, but is 220 samples.");
        Refused<ArgumentOutOfRangeException>(
            () => CremaD.Open(_files.Root, "train", Small).InOrder(5), "batchSize must lie in [1, 4], the number of samples, but is 5*");
        using var encoder = new MeanOverFrames(new SmallCnn(3));
        Refused<ArgumentException>(
            () => encoder.call(zeros(2, 3, 8, 8)), "input must have shape [batch, frames, channels, height, width], but has [2, 3, 8, 8].*");
    }

    private static void Refused<TException>(Func<object> action, string message)
        where TException : Exception => action.Should().Throw<TException>().WithMessage(message);

    private MultimodalBatch First(string split) => CremaD.Open(_files.Root, split, Small).InOrder(1).Batches(0).First();

    private void CremaFolder()
    {
        File.WriteAllText(_files.At("train.csv"), "a,NEU\nb,ANG\nc,SAD\nd,HAP\n");
        foreach (var (i, name) in new[] { "a", "b", "c", "d" }.Index())
        {
            Files.Tone(_files.At("AudioWAV", $"{name}.wav"), 200 * (i + 1), 8_000);
            Files.Image(_files.At("Image-01-FPS", name, "0.jpg"), SKColors.Red, SKColors.Blue);
        }
    }
}
