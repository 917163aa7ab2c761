using ModalityBalance.Plots.Tests.Support;
using SkiaSharp;

// Draws the chart of FontTests into the given PNG and SVG, and says whether the system has a font.
Console.WriteLine(SKTypeface.Default.ContainsGlyph('a') ? "fonts" : "no fonts");
Sample.Lines.SavePng(args[0]);
Sample.Lines.SaveSvg(args[1]);
