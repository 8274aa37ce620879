using System.Text;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// The places in a payload that matter, as one tree: a single walk over the payload meets them all, in any order.
/// </summary>
internal sealed class PathNode(string name)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly List<PathNode> _members = [];
    private readonly List<(int Index, PathNode Node)> _elements = [];
    private int _next;

    /// <summary>What the value here is.</summary>
    public PathMark Mark { get; set; }
    /// <summary>Slot of the channel whose value stands here; −1: none.</summary>
    public int Channel { get; set; } = -1;
    /// <summary>Which part of a name stands here; −1: none.</summary>
    public int Part { get; set; } = -1;
    /// <summary>Whether every number below is a channel of its own.</summary>
    public bool TakesAll { get; set; }
    /// <summary>Each value here is a row; the paths in it begin at this node. Null: it is none.</summary>
    public PathNode? Row { get; set; }

    /// <summary>What holds for every member that has no node of its own.</summary>
    public PathNode? EveryMember { get; private set; }
    public bool HasMembers => _members.Count > 0 || EveryMember is not null || TakesAll;
    public bool HasElements => _elements.Count > 0;
    /// <summary>Whether it only leads to others.</summary>
    public bool IsWayOnly => Mark == PathMark.None && Channel < 0 && Part < 0 && Row is null;

    public static PathNode Root() => new("");

    /// <summary>Marks the place of a path: where it leads as it is written, and a member that is spelled like the whole of it.</summary>
    public void At(string path, Action<PathNode> mark)
    {
        var steps = path.Length > 0 ? PathSyntax.TryParse(path) : [];
        if (steps is not null) mark(At(steps));
        if (steps is not [{ Name: not null }] && path.Length > 0) mark(At([new PathStep(path, PathStep.NoIndex)]));
    }

    /// <summary>The member of that name, or null. Begins behind the last hit: senders keep their order.</summary>
    public PathNode? Member(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (_next >= _members.Count) _next = 0;
            var member = _members[_next++];
            if (name.SequenceEqual(member._name)) return member;
        }
        return null;
    }

    /// <summary>The element at that place, or null.</summary>
    public PathNode? Element(int index)
    {
        foreach (var (place, node) in _elements)
            if (place == index || place == PathStep.Every) return node;
        return null;
    }

    private PathNode At(List<PathStep> steps)
    {
        var node = this;
        foreach (var step in steps)
            node = node.Step(step);
        return node;
    }

    private PathNode Step(PathStep step)
    {
        if (step.Index != PathStep.NoIndex)
        {
            if (_elements.Find(e => e.Index == step.Index).Node is { } known) return known;
            var element = new PathNode("");
            _elements.Add((step.Index, element));
            return element;
        }
        if (step.Name is not { } member) return EveryMember ??= new PathNode("");
        var bytes = Encoding.UTF8.GetBytes(member);
        var found = _members.Find(m => m._name.AsSpan().SequenceEqual(bytes));
        if (found is null) _members.Add(found = new PathNode(member));
        return found;
    }
}

/// <summary>What stands at a place besides channels and parts of names.</summary>
[Flags]
internal enum PathMark
{
    None = 0,
    Time = 1,
    /// <summary>The rate of the row's samples.</summary>
    Rate = 2,
    /// <summary>The channel of the row's value.</summary>
    Name = 4,
    Value = 8,
    Quality = 16,
}
