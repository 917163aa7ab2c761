namespace ModalityBalance.Benchmarks.Networks;

/// <summary>The encoders that are measured.</summary>
internal enum EncoderKind
{
    /// <summary>The small CNN on 32 x 32 images, 0.06 million parameters.</summary>
    Cnn,

    /// <summary>ResNet-18 on 64 x 64 color images, 11 million parameters.</summary>
    Resnet18,

    /// <summary>A perceptron whose width is chosen.</summary>
    Mlp,
}
