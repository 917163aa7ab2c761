using AudioVisualDigits.Data;

var digits = args is [var folder] ? RealDigits.Load(folder) : EmbeddedDigits.Generate();
Console.WriteLine($"{digits.Name}: {digits.Train.Count} training and {digits.Test.Count} test samples");
