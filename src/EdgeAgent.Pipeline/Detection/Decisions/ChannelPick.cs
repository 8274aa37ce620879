using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// The channel of one device that a model for any channel judges where nobody has said which: the only one that the device
/// sends. Once taken it is kept, through restarts too: one that comes later must not take its place.
/// </summary>
internal sealed class ChannelPick
{
    /// <summary>Bytes that <see cref="Save"/> writes: length, check sum, the name in UTF-8.</summary>
    public const int SavedBytes = 256;

    private const int NameAt = 2 * sizeof(int);

    private readonly BundleManifest _manifest;
    private readonly ChannelNaming _unnamed;
    private ChannelNames? _channels;
    private int _position = -1;

    /// <param name="manifest">The model.</param>
    /// <param name="unnamed">What the model's channels are called until there is a choice.</param>
    public ChannelPick(BundleManifest manifest, ChannelNaming unnamed) => (_manifest, _unnamed, Naming) = (manifest, unnamed, unnamed);

    /// <summary>The channel; null: the device has not left only one choice yet.</summary>
    public string? Name { get; private set; }

    public ChannelNaming Naming { get; private set; }

    /// <summary>Rises with every change of what <see cref="Save"/> writes.</summary>
    public int Changes { get; private set; }

    /// <summary>Where the channel stands in a reading; −1: nowhere, or there is none yet.</summary>
    public int Position(ReadOnlySpan<float> values, ChannelNames channels)
    {
        if (Name is null)
        {
            if (Only(values) is not (>= 0 and var only)) return -1;
            Take(channels.Names[only]);
        }
        else if (ReferenceEquals(channels, _channels))
        {
            return _position;
        }
        (_channels, _position) = (channels, channels.IndexOf(Name!));
        return _position;
    }

    /// <summary>Forgets the choice: the device's next reading makes it anew.</summary>
    public void Clear()
    {
        (Name, Naming, _channels, _position) = (null, _unnamed, null, -1);
        Changes++;
    }

    /// <summary>Writes the choice, and gives what is left of the room. A name too long for it is chosen anew after a restart.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        var place = room[..SavedBytes];
        place.Clear();
        if (Name is not null && Encoding.UTF8.TryGetBytes(Name, place[NameAt..], out var bytes))
        {
            MemoryMarshal.Write(place, bytes);
            MemoryMarshal.Write(place[sizeof(int)..], CheckSum.Of(place.Slice(NameAt, bytes)));
        }
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        var bytes = MemoryMarshal.Read<int>(saved);
        if (bytes is > 0 and <= SavedBytes - NameAt)
        {
            var name = saved.Slice(NameAt, bytes);
            if (CheckSum.Of(name) == MemoryMarshal.Read<uint>(saved[sizeof(int)..])) Take(Encoding.UTF8.GetString(name));
        }
        return saved[SavedBytes..];
    }

    /// <summary>The only position that holds a value; −1: none does, or several.</summary>
    private static int Only(ReadOnlySpan<float> values)
    {
        var only = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i])) continue;
            if (only >= 0) return -1;
            only = i;
        }
        return only;
    }

    private void Take(string name)
    {
        (Name, Naming, _channels) = (name, new ChannelNaming(_manifest, [name]), null);
        Changes++;
    }
}
