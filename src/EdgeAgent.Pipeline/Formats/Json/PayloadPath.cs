using System.Text;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>
/// The places in a payload that matter, as one tree: a single walk over the JSON meets them all, in any order.
/// </summary>
internal sealed class PayloadPath
{
    private readonly List<PayloadPath> _children = [];
    private readonly byte[] _name;
    private int _next;

    private PayloadPath(string name) => _name = Encoding.UTF8.GetBytes(name);

    /// <summary>Position of the channel whose value stands here; −1: none.</summary>
    public int Channel { get; set; } = -1;
    /// <summary>Whether the event time stands here.</summary>
    public bool IsTime { get; set; }
    /// <summary>Whether the rate of the message's samples stands here.</summary>
    public bool IsRate { get; set; }
    /// <summary>Whether every number directly below is a channel of its own.</summary>
    public bool TakesAll { get; set; }
    public bool HasChildren => _children.Count > 0 || TakesAll;

    public static PayloadPath Root() => new("");

    /// <summary>The node at a dotted path, made if it is not there; the empty path is this node.</summary>
    public PayloadPath At(string path)
    {
        var node = this;
        foreach (var segment in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Encoding.UTF8.GetBytes(segment);
            var child = node._children.Find(c => c._name.AsSpan().SequenceEqual(name));
            if (child is null) node._children.Add(child = new PayloadPath(segment));
            node = child;
        }
        return node;
    }

    /// <summary>The child of that name, or null. Begins behind the last hit: senders keep their order.</summary>
    public PayloadPath? Child(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _children.Count; i++)
        {
            if (_next >= _children.Count) _next = 0;
            var child = _children[_next++];
            if (name.SequenceEqual(child._name)) return child;
        }
        return null;
    }
}
