using ModalityBalance.Benchmarks;

return new BenchmarkProgram(Console.Out, Console.Error).Run(args);
