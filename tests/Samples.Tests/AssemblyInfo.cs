// Each test starts a program that uses every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
