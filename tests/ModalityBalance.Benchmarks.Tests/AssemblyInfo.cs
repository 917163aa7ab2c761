// The number of libtorch's threads is global.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
