// Dispose scopes are per thread and the random generator is global.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
