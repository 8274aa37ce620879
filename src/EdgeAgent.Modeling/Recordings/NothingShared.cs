using EdgeAgent.Recordings;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Says which columns recordings have that share none, and what to do.</summary>
internal static class NothingShared
{
    private const int RecordingsShown = 3, ColumnsShown = 6;

    public static string Of(IReadOnlyList<RawRecording> all, string place)
    {
        var shown = string.Join("; ", all.Take(RecordingsShown).Select(r => $"{r.Device ?? r.Name} has {Columns(r)}"));
        if (all.Count > RecordingsShown) shown += $"; {all.Count - RecordingsShown} more";
        return AreOfOneFile(all)
            ? $"{place}: its {all.Count} devices share no column of numbers: {shown}. In a file of messages each topic counts as a device: "
                + "where one device sends on several, record what the agent makes of them, with edgeagent tap --save-readings; "
                + "else record devices alike by themselves, or name columns with --channels"
            : $"{place}: the files share no column of numbers: {shown}. "
                + "Put recordings of devices alike into one folder, or name columns with --channels";
    }

    /// <summary>Recordings of one file are named by the file and their device.</summary>
    private static bool AreOfOneFile(IReadOnlyList<RawRecording> all) =>
        all.All(r => r.Device is not null) && all.Select(File).Distinct(StringComparer.Ordinal).Count() == 1;

    private static string File(RawRecording recording) =>
        recording.Name.EndsWith($", {recording.Device}", StringComparison.Ordinal)
            ? recording.Name[..^(recording.Device!.Length + 2)] : recording.Name;

    private static string Columns(RawRecording recording) =>
        string.Join(", ", recording.Columns.Take(ColumnsShown).Select(c => c.Name)) + (recording.Columns.Count > ColumnsShown ? ", …" : "");
}
