using System.Runtime.InteropServices;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Remembers the events that upstream acknowledged last, in memory that outlives the process. After a kill their rows may still
/// be on disk, because the removal was not committed yet; they are not sent again.
/// </summary>
/// <remarks>
/// A ring of hashes; the oldest is replaced. It holds more than can be acknowledged between two commits. A missing or torn hash
/// means an event that comes twice; none is ever taken for another.
/// </remarks>
internal sealed unsafe class AcknowledgedIds : IDisposable
{
    private const string FileName = "acknowledged.live";
    private const int Places = 4096;
    private static readonly int PlaceBytes = sizeof(UInt128);

    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _before = [];
    private readonly MappedFile _file;
    private readonly UInt128* _places;
    private bool _isClosed;

    /// <param name="folder">Where files in memory are kept.</param>
    /// <param name="logger">Logs when none can be kept.</param>
    public AcknowledgedIds(string folder, ILogger logger)
    {
        var path = Path.Combine(folder, FileName);
        var old = Read(path);
        _file = new MappedFile(path + ".new", logger);
        _places = (UInt128*)_file.Extend(Places * PlaceBytes);
        // The first place counts; a kill at any moment of a start leaves either file whole.
        old.CopyTo(new Span<UInt128>(_places, Places));
        foreach (var hash in old.AsSpan(Math.Min(1, old.Length)))
            if (hash != default)
                _before.Add(hash);
        if (_file.IsKept) Replace(path);
    }

    /// <summary>Hashes of those of the runs before.</summary>
    public IReadOnlySet<UInt128> Before => _before;

    /// <summary>Whether the event was acknowledged in a run before.</summary>
    public bool Has(string id) => EventHash.TryOf(id, out var hash) && _before.Contains(hash);

    /// <summary>Notes an event that upstream has acknowledged. For any thread.</summary>
    public void Note(string id)
    {
        if (!EventHash.TryOf(id, out var hash)) return;
        lock (_gate)
        {
            if (_isClosed) return;
            var next = (int)((ulong)*_places % (Places - 1));
            _places[next + 1] = hash;
            *_places = (UInt128)(next + 1);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _file.Dispose();
        }
    }

    private static UInt128[] Read(string path)
    {
        try
        {
            return File.Exists(path) && NamedFile.ReadBytes(path, FileLimits.Note) is { } bytes && bytes.Length == Places * PlaceBytes
                ? MemoryMarshal.Cast<byte, UInt128>(bytes).ToArray() : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some events may come twice; what keeps the folder from being used is told by those who need it.
            return [];
        }
    }

    private static void Replace(string path)
    {
        try
        {
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
