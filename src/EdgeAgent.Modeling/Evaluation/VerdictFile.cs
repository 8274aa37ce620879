using EdgeAgent.Modeling.Evaluation.Nab;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Verdicts as lines, in the forms that the scorers of SKAB and NAB read.</summary>
internal static class VerdictFile
{
    /// <summary>Lines <c>file,datetime,anomaly</c>, one a judged reading.</summary>
    public static void Write(string path, IEnumerable<JudgedRecording> judged)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine("file,datetime,anomaly");
        foreach (var one in judged)
            for (var i = 0; i < one.Verdicts.Length; i++)
                writer.WriteLine($"{one.Recording.Name},{one.Recording.TimeTexts[one.First + i]},{(one.Verdicts[i] ? 1 : 0)}");
    }

    /// <summary>Lines <c>file,timestamp,score</c>, one where an event opens.</summary>
    public static void WriteOpenings(string path, IEnumerable<JudgedRecording> judged)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine("file,timestamp,score");
        foreach (var one in judged)
            foreach (var time in NabProtocol.Openings(one))
                writer.WriteLine($"{one.Recording.Name},{time},1");
    }
}
