namespace AudioVisualDigits.Data;

/// <summary>The folder of the real digits, and what must lie where in it.</summary>
internal static class DataFolder
{
    private const string Layout = "a data folder holds mnist/t10k-images-idx3-ubyte and mnist/t10k-labels-idx1-ubyte "
        + "(also as .idx3-ubyte and .idx1-ubyte, or packed as .gz), and fsdd/recordings/{digit}_{speaker}_{take}.wav";

    /// <summary>Gets the folder of the written digits.</summary>
    public static string Mnist(string folder) => Path.Combine(folder, "mnist");

    /// <summary>Gets the folder of the spoken digits.</summary>
    public static string Recordings(string folder) => Path.Combine(folder, "fsdd", "recordings");

    /// <summary>Refuses a data folder that is not there.</summary>
    /// <exception cref="BadInputException">It is missing, or no folder.</exception>
    public static void Check(string folder)
    {
        if (File.Exists(folder))
            throw new BadInputException($"--data must be a folder, but '{folder}' is a file.");
        if (!Directory.Exists(folder))
            throw Missing(folder);
    }

    /// <summary>Gets the error for a file or folder that is not there.</summary>
    public static BadInputException Missing(string path) => new($"'{path}' is missing: {Layout}.");
}
