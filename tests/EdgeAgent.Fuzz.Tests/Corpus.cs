namespace EdgeAgent.Fuzz;

/// <summary>
/// Inputs of a target that are kept: a line each, base64. They came of fuzzing, the shortest that reach what no other one
/// reaches; those that once found a defect stand first.
/// </summary>
internal static class Corpus
{
    public static IEnumerable<byte[]> Of(FuzzTarget target) => File.ReadLines(FileOf(target)).Select(Convert.FromBase64String);

    /// <summary>Writes them as files, one each, as a fuzzer wants them.</summary>
    public static void Unpack(FuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        var number = 0;
        foreach (var input in Of(target)) File.WriteAllBytes(Path.Combine(folder, $"{number++:0000}"), input);
    }

    /// <summary>Keeps the files of a folder, the shortest first, as far as a corpus may grow.</summary>
    public static void Pack(string file, string folder)
    {
        const int BytesLimit = 48 * 1024;
        var (lines, bytes) = (new List<string>(), 0);
        foreach (var input in Directory.EnumerateFiles(folder).Select(File.ReadAllBytes).Where(i => i.Length > 0).OrderBy(i => i.Length))
        {
            var line = Convert.ToBase64String(input);
            if ((bytes += line.Length) > BytesLimit) break;
            lines.Add(line);
        }
        File.WriteAllLines(file, lines.Distinct());
    }

    private static string FileOf(FuzzTarget target) => Path.Combine(AppContext.BaseDirectory, "Corpora", $"{target.Name}.txt");
}
