namespace Papers;

/// <summary>Figures that the papers print. I2MCL's are those of its tables, without their deviations. Of G2D and MMPareto only some
/// are at hand.</summary>
internal static class Published
{
    private const string Distillation = "i2mcl:WeighSamples=false:Schedule=Both";
    private const string IntraModal = "i2mcl:Schedule=Both";
    private const string InterModal = "i2mcl:WeighSamples=false";

    private static readonly string[] FusionMethods = ["joint", "gradient-blending", "umt", "cls", "ogm-ge", "i2mcl"];

    /// <summary>I2MCL, Table 1, the row "Fusion" of each data set; ATF is left out.</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable1 =
    [
        Column("MUStARD", FusionMethods, 61.59, 64.01, 63.52, 62.32, 62.14, 65.22),
        Column("CMU-MOSI", FusionMethods, 71.80, 74.49, 73.12, 73.01, 72.05, 74.54),
        Column("UR-FUNNY", FusionMethods, 60.24, 62.41, 64.02, 62.76, 63.93, 65.12),
        Column("CMU-MOSEI", FusionMethods, 80.20, 80.60, 80.49, 80.26, 80.25, 81.05),
    ];

    private static readonly string[] InteractionMethods = ["joint", "distillation", "intra-modal", "inter-modal", "both"];

    /// <summary>I2MCL, Table 2.</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable2 =
    [
        Column("VQA-v2", InteractionMethods, 51.77, 53.16, 53.64, 54.14, 54.34),
        Column("SNLI-VE", InteractionMethods, 68.83, 68.91, 69.11, 70.63, 70.95),
    ];

    private static readonly string[] Schedules =
    [
        "i2mcl:Schedule=AllTask",
        "i2mcl:Schedule=AllTeacher",
        "i2mcl:Schedule=Fixed:TaskModality=0",
        "i2mcl:Schedule=Fixed:TaskModality=1",
        "i2mcl:Schedule=Both",
        "i2mcl:Schedule=MixedReversed",
        "i2mcl:Schedule=Mixed",
        "i2mcl:Schedule=ByAlpha",
    ];

    /// <summary>I2MCL, Table 4. There, modality 0 is vision and modality 1 text.</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable4 =
    [
        Column("VQA-v2", Schedules, 51.85, 53.86, 50.60, 53.89, 53.64, 52.93, 53.16, 54.34),
        Column("SNLI-VE", Schedules, 68.86, 67.73, 67.04, 70.63, 69.11, 67.98, 68.96, 70.95),
    ];

    private static readonly string[] Ablations = [Distillation, IntraModal, "i2mcl"];

    /// <summary>I2MCL, Table 6, the columns "Fusion".</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable6 =
    [
        Column("MUStARD", Ablations, 62.80, 63.04, 65.22),
        Column("CMU-MOSI", Ablations, 73.32, 73.68, 74.54),
        Column("UR-FUNNY", Ablations, 63.33, 64.43, 65.12),
        Column("CMU-MOSEI", Ablations, 80.21, 80.50, 81.05),
    ];

    /// <summary>I2MCL, Table 7: seconds per epoch; ATF is left out.</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable7 =
    [
        Column(
            "CMU-MOSEI, seconds",
            ["joint", "gradient-blending", "umt", "cls", "ogm-ge", IntraModal, InterModal, "i2mcl:Alpha=AtParameters", "i2mcl"],
            12.09, 55.48, 12.28, 14.97, 14.81, 13.63, 14.73, 23.17, 16.55),
        Column(
            "SNLI-VE, seconds", ["joint", IntraModal, InterModal, "i2mcl:Alpha=AtParameters", "i2mcl"], 890, 914, 936, 1903, 955),
    ];

    /// <summary>I2MCL, Table 8.</summary>
    public static readonly IReadOnlyList<PublishedColumn> I2MCLTable8 =
    [
        Column("VQA-v2", ["teachers' features", "i2mcl"], 57.67, 54.34),
        Column("SNLI-VE", ["teachers' features", "i2mcl"], 70.60, 70.95),
    ];

    /// <summary>MMPareto, Table 3, accuracy on colored and grey MNIST, as far as at hand.</summary>
    public static readonly IReadOnlyList<PublishedColumn> MMParetoTable3 =
        [Column("colored and grey MNIST", ["joint", "mmpareto"], 60.5, 81.9)];

    /// <summary>G2D, Table 1, accuracy of the fused prediction, as far as at hand.</summary>
    public static readonly IReadOnlyList<PublishedColumn> G2DTable1 =
        [Column("CREMA-D", ["joint", "reconboost", "umt", "g2d"], 67.47, 83.62, 67.61, 85.89)];

    /// <summary>G2D, Table 4.</summary>
    public static readonly IReadOnlyList<PublishedColumn> G2DTable4 =
    [
        Column(
            "CREMA-D",
            [
                "g2d:PhaseEpochs=:FeatureWeight=0:LogitWeight=0", "g2d:FeatureWeight=0:LogitWeight=0",
                "g2d:PhaseEpochs=:LogitWeight=0", "g2d:LogitWeight=0",
                "g2d:PhaseEpochs=:LogitWeight=1", "g2d:LogitWeight=1",
            ],
            67.47, 80.78, 67.61, 82.39, 78.63, 85.89),
    ];

    /// <summary>G2D, Table 6.</summary>
    public static readonly IReadOnlyList<PublishedColumn> G2DTable6 =
        [Column("CREMA-D", ["g2d:Suppression=Partial", "g2d:Suppression=Complete"], 81.99, 85.89)];

    private static PublishedColumn Column(string name, IReadOnlyList<string> methods, params double[] values) =>
        new(name, methods.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second));
}
