using System.CommandLine;
using ModalityBalance.Benchmarks;

var root = new RootCommand("Measures what the strategies cost.") { StepCostCommand.Create() };
return root.Parse(args).Invoke();
