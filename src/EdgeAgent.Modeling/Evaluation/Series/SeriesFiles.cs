namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>The series of a folder, and what is known to be wrong in them by a list of windows.</summary>
internal static class SeriesFiles
{
    /// <param name="data">The folder.</param>
    /// <param name="only">Pattern of the files to take.</param>
    /// <param name="marked">Windows by file; null: each file has labels of its own. A file without windows is left out.</param>
    /// <exception cref="ModelingException">There is none.</exception>
    public static string[] Find(string data, string only, SortedDictionary<string, (string First, string Last)[]>? marked = null)
    {
        string[] files = [.. Directory.GetFiles(data, only).Where(f => marked?.ContainsKey(Path.GetFileName(f)) != false)
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new ModelingException($"{data}: holds no series {only}");
    }

    /// <summary>Whether each row lies in a window.</summary>
    public static bool[] Marked(LabelledSeries series, SortedDictionary<string, (string First, string Last)[]> marked) =>
        series.Times.Length == 0
            ? throw new ModelingException($"{series.Name}: its first column is no time as --windows has it, such as 2014-04-10 00:04:00")
            : [.. series.Times.Select(time => marked[series.Name].Any(
            w => string.CompareOrdinal(time, w.First) >= 0 && string.CompareOrdinal(time, w.Last) <= 0))];
}
