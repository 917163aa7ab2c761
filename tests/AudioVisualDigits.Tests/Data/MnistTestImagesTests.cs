using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public sealed class MnistTestImagesTests : IDisposable
{
    private static readonly byte[] Images = IdxBytes.Images();
    private static readonly byte[] Labels = IdxBytes.Labels();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [InlineData("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte")]
    [InlineData("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")]
    [InlineData("t10k-images.idx3-ubyte.gz", "t10k-labels.idx1-ubyte.gz")]
    public void Either_form_of_the_names_is_found(string images, string labels)
    {
        _folder.Write(images, Images);
        _folder.Write(labels, Labels);
        var read = MnistTestImages.Read(_folder.Path);
        read.Labels.Take(12).Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
        read.Image(1)[0].Should().Be(Images[16 + 784] / 255.0);
    }

    [Fact]
    public void Missing_images_are_named() =>
        Refusal(null, Labels).Should().Contain("t10k-images-idx3-ubyte' is missing").And.Contain("a data folder holds");

    [Fact]
    public void Missing_labels_are_named() =>
        Refusal(Images, null).Should().Contain("t10k-labels-idx1-ubyte' is missing").And.Contain("a data folder holds");

    [Fact]
    public void Labels_in_place_of_images_are_refused() =>
        Refusal(Labels, Labels).Should().Contain("begins with 00000803, but begins with 00000801");

    [Fact]
    public void The_training_images_are_refused() =>
        Refusal(IdxBytes.Of([60_000, 28, 28], []), Labels)
            .Should().Contain("must have the dimensions 10000x28x28, but has 60000x28x28");

    [Fact]
    public void Fewer_labels_than_images_are_refused() =>
        Refusal(Images, IdxBytes.Of([9_999], new byte[9_999]))
            .Should().Contain("must have the dimensions 10000, but has 9999");

    [Fact]
    public void A_label_that_is_no_digit_is_refused()
    {
        var labels = IdxBytes.Labels();
        labels[8 + 1234] = 10;
        Refusal(Images, labels).Should().Contain("must hold labels 0 to 9, but label 1234 is 10");
    }

    [Fact]
    public void Images_that_are_all_the_same_are_refused() =>
        Refusal(IdxBytes.Of([10_000, 28, 28], new byte[7_840_000]), Labels).Should().Contain("images are the same");

    private string Refusal(byte[]? images, byte[]? labels)
    {
        if (images is not null)
            _folder.Write("t10k-images-idx3-ubyte", images);
        if (labels is not null)
            _folder.Write("t10k-labels-idx1-ubyte", labels);
        var read = () => MnistTestImages.Read(_folder.Path);
        return read.Should().Throw<BadInputException>().Which.Message;
    }
}
