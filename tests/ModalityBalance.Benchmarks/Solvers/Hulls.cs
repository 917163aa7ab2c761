using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>The problems with known answers that the tests use too.</summary>
internal sealed record Hulls(
    [property: JsonPropertyName("two")] IReadOnlyList<Hulls.Pair> Two,
    [property: JsonPropertyName("many")] IReadOnlyList<Hulls.Many> Several)
{
    public static Hulls Read() => Golden.Read<Hulls>("min_norm.json");

    public static double[,] Gram(IReadOnlyList<double[]> vectors)
    {
        var gram = new double[vectors.Count, vectors.Count];
        for (int i = 0; i < vectors.Count; i++)
        {
            for (int j = 0; j < vectors.Count; j++)
            {
                gram[i, j] = vectors[i].Zip(vectors[j], (a, b) => a * b).Sum();
            }
        }

        return gram;
    }

    internal sealed record Pair(double[] A, double[] B, [property: JsonPropertyName("weight_a")] double WeightA);

    internal sealed record Many(double[][] Vectors, double[] Weights);
}

/// <summary>Values of Lambert W.</summary>
internal sealed record LambertValues(IReadOnlyList<LambertValues.Value> Cases)
{
    public static LambertValues Read() => Golden.Read<LambertValues>("lambert_w.json");

    internal sealed record Value(double X, double W);
}

/// <summary>The files of known answers, beside the program.</summary>
internal static class Golden
{
    public static T Read<T>(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", name));
        return JsonSerializer.Deserialize<T>(file, JsonSerializerOptions.Web)!;
    }
}
