namespace Papers;

/// <summary>All tables and figures of the three papers.</summary>
internal static class Catalogue
{
    private const string Digits = "audio-visual digits, embedded or with --data";
    private const string Sequences = "sequences of text, audio and vision, made up";
    private const string Entailment = "visual entailment, made up";
    private const string ClosedForm = "the closed form; nothing is trained";
    private const string NoData = "its data are not at hand";
    private const string NoNumbers = "a diagram, list or picture, without results";

    public static readonly IReadOnlyList<PaperItem> All =
    [
        new("i2mcl-figure-1", "what each modality learns by itself and in joint training", Digits)
        {
            Run = Compared("joint,unimodal"),
        },
        new("i2mcl-figure-2", "the framework", NoNumbers),
        new("i2mcl-figure-3", "alpha and who learns from the task", Sequences) { Run = SequencesExperiment.Curriculum },
        new("i2mcl-figure-4", "the sample weight over the loss", ClosedForm) { Run = _ => ClosedForms.SampleWeights() },
        new("i2mcl-figure-5", "alpha over lengths and angle", ClosedForm) { Run = _ => ClosedForms.Alphas() },
        new("i2mcl-figure-6", "architectures", NoNumbers),
        new("i2mcl-table-1", "I2MCL against fusion methods, by modality", $"{Digits}; {Sequences}")
        {
            Run = FusionMethodsExperiment.Run,
            Published = Published.I2MCLTable1,
        },
        new("i2mcl-table-2", "distillation, intra, inter and both, on interaction tasks", Entailment)
        {
            Run = EntailmentExperiment.Run,
            Published = Published.I2MCLTable2,
        },
        new("i2mcl-table-3", "the weights of easy and hard samples", Digits) { Run = CurriculumExperiment.Run },
        new("i2mcl-table-4", "who learns from the task and who from its teacher", $"{Digits}; {Entailment}")
        {
            Run = EntailmentExperiment.Schedules,
            Published = Published.I2MCLTable4,
        },
        new("i2mcl-table-5", "the data sets", NoNumbers),
        new("i2mcl-table-6", "distillation, intra, inter and both, on fusion tasks", Digits)
        {
            Run = Compared("i2mcl:WeighSamples=false:Schedule=Both,i2mcl:Schedule=Both,i2mcl:WeighSamples=false,i2mcl"),
            Published = Published.I2MCLTable6,
        },
        new("i2mcl-table-7", "seconds per epoch", Digits)
        {
            Run = Timed("joint,gradient-blending,umt,cls,ogm-ge,i2mcl:Schedule=Both,i2mcl:WeighSamples=false,i2mcl:Alpha=AtParameters,i2mcl"),
            Published = Published.I2MCLTable7,
        },
        new("i2mcl-table-8", "training on a teacher's frozen features", Digits)
        {
            Run = TeacherFeaturesExperiment.Run,
            Published = Published.I2MCLTable8,
        },
        new("mmpareto-figure-1", "cosines, magnitudes, covariances, and the accuracy of Pareto integration", Digits)
        {
            Run = GradientsExperiment.Run,
        },
        new("mmpareto-figure-2", "the framework", NoNumbers),
        new("mmpareto-figure-3", "the range of alpha in which the conventional direction has little noise", ClosedForm)
        {
            Run = _ => ClosedForms.LowNoiseRange(),
        },
        new("mmpareto-figure-4", "cosines and magnitudes on another data set", Sequences) { Run = SequencesExperiment.Gradients },
        new("mmpareto-figure-5", "the loss around the minimum", Digits) { Run = LandscapeExperiment.Run },
        new("mmpareto-figure-6", "samples of MultiMNIST", NoNumbers),
        new("mmpareto-table-1", "MMPareto against imbalanced-learning methods", Digits)
        {
            Run = PretrainingExperiment.Run,
        },
        new("mmpareto-table-2", "a bottleneck transformer", Digits)
        {
            Run = request => DigitsExperiment.Run(request, "unimodal,joint,uniform,ogm-ge,agm,mmpareto", "--fusion", "bottleneck"),
        },
        new("mmpareto-table-3", "MMPareto against multi-task methods, on colored and grey MNIST", "MNIST test images, colored")
        {
            Run = ColoredMnistExperiment.Run,
            NeedsData = true,
            Published = Published.MMParetoTable3,
        },
        new("mmpareto-table-4", "segmentation and depth of NYUv2", NoData),
        new("mmpareto-table-5", "two digits in one image, the right one half noise", "MNIST test images in pairs")
        {
            Run = MultiMnistExperiment.Run,
            NeedsData = true,
        },
        new("mmpareto-table-6", "notation", NoNumbers),
        new("mmpareto-table-7", "three modalities", Sequences) { Run = SequencesExperiment.Triple },
        new("mmpareto-table-8", "seconds spent on the weights", "bash eng/bench.sh solvers"),
        new("mmpareto-table-9", "steps at a stationary point", Digits) { Run = StationaryExperiment.Run },
        new("g2d-figure-1", "accuracy over the epochs", Digits) { Run = LearningCurvesExperiment.Run },
        new("g2d-figure-2", "the framework", NoNumbers),
        new("g2d-figure-3", "the teachers' confidence", Digits) { Run = ConfidenceExperiment.Run },
        new("g2d-figure-4", "the gap between the modalities' features", Digits) { Run = AlignmentExperiment.Run },
        new("g2d-figure-5", "the alignment of student and teacher", Digits) { Run = AlignmentExperiment.Run },
        new("g2d-figure-6", "the confidence against the teacher's", Digits) { Run = AlignmentExperiment.Run },
        new("g2d-table-1", "G2D against imbalanced-learning methods", Digits)
        {
            Run = Compared("unimodal,joint,mses,mslr,agm,pmr,ogm-ge,mla,reconboost,mmpareto,dlmg,umt,g2d"),
            Published = Published.G2DTable1,
        },
        new("g2d-table-2", "pairs of three modalities", Sequences) { Run = SequencesExperiment.PairsAndTriple },
        new("g2d-table-3", "regression", "image and table, made up") { Run = RegressionExperiment.Run },
        new("g2d-table-4", "the loss of joint training, UMT and G2D, with and without prioritization", Digits)
        {
            Run = Compared(string.Join(',', new[] { "FeatureWeight=0:LogitWeight=0", "LogitWeight=0", "LogitWeight=1" }
                .SelectMany(loss => new[] { $"g2d:PhaseEpochs=:{loss}", $"g2d:{loss}" }))),
            Published = Published.G2DTable4,
        },
        new("g2d-table-5", "fusions", Digits) { Run = FusionExperiment.Run },
        new("g2d-table-6", "partial and complete suppression", Digits)
        {
            Run = Compared("g2d:Suppression=Partial,g2d:Suppression=Complete"),
            Published = Published.G2DTable6,
        },
        new("g2d-table-7", "the length of the prioritized phase", Digits)
        {
            Run = request => DigitsExperiment.Run(request, string.Join(',', new[] { "", "2", "4", "6", "8" }
                .Where(phase => !request.IsQuick || phase is "" or "2").Select(phase => $"g2d:PhaseEpochs={phase}"))),
        },
        new("g2d-table-8", "against DI-MML", Digits) { Run = Compared("di-mml,g2d") },
        new("g2d-table-9", "the parts of G2D, and OGM-GE", Digits)
        {
            Run = Compared("joint,umt,g2d:PhaseEpochs=,ogm-ge,g2d:FeatureWeight=0:LogitWeight=0,g2d"),
        },
        new("g2d-table-10", "time, and memory (bash eng/bench.sh memory)", Digits)
        {
            Run = Timed("joint,ogm-ge,agm,mmpareto,mla,dlmg,umt,g2d"),
        },
        new("g2d-table-11", "missing modalities at test time", Digits) { Run = MissRateExperiment.Run },
        new("g2d-table-12", "the weights of the distillation losses", Digits)
        {
            Run = Compared(string.Join(',', new[] { (1.0, 1.0), (0.5, 1), (1, 0.5), (2, 1), (1, 2), (0.5, 0.5), (2, 2) }
                .Select(pair => FormattableString.Invariant($"g2d:FeatureWeight={pair.Item1}:LogitWeight={pair.Item2}")))),
        },
    ];

    private static Func<RunRequest, ResultTable> Compared(string strategies) => request => DigitsExperiment.Run(request, strategies);

    private static Func<RunRequest, ResultTable> Timed(string strategies) => request => DigitsExperiment.Times(request, strategies);
}
