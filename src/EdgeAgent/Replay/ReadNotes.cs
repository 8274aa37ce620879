using EdgeAgent.Cli;

namespace EdgeAgent.Replay;

/// <summary>Tells what was unusual about a file, and what was done about it; a few lines a file, for it may have many devices.</summary>
internal sealed class ReadNotes(TextWriter output)
{
    private const int PerFileLimit = 8;

    private int _told;

    public void Add(string note)
    {
        if (_told++ < PerFileLimit) output.WriteLine($"edgeagent: {Words.Printable(note)}");
    }

    public void EndFile()
    {
        if (_told > PerFileLimit) output.WriteLine($"edgeagent: … {_told - PerFileLimit} notes more; edgeagent-model fit tells all");
        _told = 0;
    }
}
