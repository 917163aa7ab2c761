return Plots.PlotsProgram.Run(args, Console.Out, Console.Error);
