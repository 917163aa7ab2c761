using System.Text.Json.Serialization;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Storage;

namespace ModalityBalance.Teachers;

/// <summary>The content of a teacher cache and its origin.</summary>
/// <param name="Modalities">The modalities' names, in order.</param>
/// <param name="Fields">The fields of a record: representation, logits and confidence of each modality in turn, then
/// the targets.</param>
/// <param name="Teachers">Digest of the teachers' state.</param>
/// <param name="Data">Digest of the data.</param>
internal sealed record TeacherCacheDescription(
    string[] Modalities, RecordField[] Fields, string Teachers, DataDigest Data)
{
    /// <summary>The content: the records, all of one size, in the order of the samples.</summary>
    public static readonly FileKind FileKind = new("teacher cache", "MBTEACH\n"u8.ToArray(), 1);

    private const int PerModality = 3;

    [JsonIgnore]
    public int Targets => Modalities.Length * PerModality;

    public static int Representation(int modality) => modality * PerModality;

    public static int Logits(int modality) => Representation(modality) + 1;

    public static int Confidence(int modality) => Representation(modality) + 2;

    /// <summary>The names of the fields.</summary>
    public static IEnumerable<string> FieldNames(IEnumerable<string> modalities) => modalities
        .SelectMany(name => new[] { $"representations of '{name}'", $"logits of '{name}'", $"confidences of '{name}'" })
        .Append("targets");

    /// <exception cref="InvalidDataException">Other teachers made the cache.</exception>
    public void CheckMadeBy(IMultimodalModel teachers, string path)
    {
        if (!Modalities.SequenceEqual(teachers.Modalities))
        {
            throw new InvalidDataException(
                $"'{path}' was made by other teachers: of {string.Join(", ", Modalities)}, not of "
                + $"{string.Join(", ", teachers.Modalities)}.");
        }

        if (Teachers != TensorHash.OfState(teachers.Root))
        {
            throw new InvalidDataException(
                $"'{path}' was made by other teachers: their parameters or buffers differ.");
        }
    }

    /// <exception cref="InvalidDataException">The cache was made for other data.</exception>
    public void CheckMadeFor(DataDigest data, string path)
    {
        if (Data.DifferenceTo(data, Modalities) is { } difference)
        {
            throw new InvalidDataException($"'{path}' was made for other data: {difference}.");
        }
    }
}
