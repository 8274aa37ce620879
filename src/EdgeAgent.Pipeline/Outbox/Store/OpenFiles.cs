using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// The files of an open store, as they were when it was opened. Somebody may take them away; SQLite goes on with what no name leads
/// to any more, and its commits succeed, but nothing of them outlives the process.
/// </summary>
internal sealed class OpenFiles
{
    // The index counts, too: whoever else looks at the store would make another, and the locks lie there.
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    private readonly string _path;
    private readonly FileIdentity?[] _files;

    /// <param name="path">The database; its log and the index of that are there.</param>
    public OpenFiles(string path)
    {
        _path = path;
        _files = [.. Suffixes.Select(s => FileIdentity.Of(path + s))];
    }

    /// <summary>Whether one of them is no longer where it was.</summary>
    public bool AreGone
    {
        get
        {
            for (var i = 0; i < _files.Length; i++)
                if (_files[i] is { } file && file.IsGoneFrom(_path + Suffixes[i])) return true;
            return false;
        }
    }

    /// <summary>Whether the database itself is still there.</summary>
    public bool IsDatabaseThere => _files[0] is { } file && FileIdentity.Of(_path) == file;
}
