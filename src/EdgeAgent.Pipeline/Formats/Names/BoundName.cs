using System.Text;

namespace EdgeAgent.Pipeline.Formats.Names;

/// <summary>A template whose places in the payload have numbers, so that a name is made without looking anything up.</summary>
internal sealed class BoundName
{
    private readonly (NamePlace Place, byte[] Text, int? Index)[] _parts;
    private readonly NameBuffer _name = new();

    /// <param name="template">What names are made of.</param>
    /// <param name="partOf">Gives a place in payload or row its number among the captured texts.</param>
    public BoundName(NameTemplate template, Func<NamePart, int> partOf) => _parts = [.. template.Parts.Select(p => (
        p.Place, Encoding.UTF8.GetBytes(p.Text),
        p.Place is NamePlace.Payload or NamePlace.Row ? partOf(p) : p.Index))];

    /// <summary>Makes the name of what has been captured; empty: a part of it is missing.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> topic, CapturedTexts texts)
    {
        _name.Clear();
        foreach (var (place, text, index) in _parts)
        {
            switch (place)
            {
                case NamePlace.Literal:
                    _name.Append(text);
                    break;
                case NamePlace.Topic:
                    NameTemplate.AppendPart(_name, topic, (byte)'/', index);
                    break;
                case NamePlace.Name:
                    NameTemplate.AppendPart(_name, texts.Name, (byte)'.', index);
                    break;
                case NamePlace.Key:
                    _name.Append(texts.Key(index!.Value));
                    break;
                default:
                    _name.Append(texts.Part(index!.Value));
                    break;
            }
        }
        return _name.IsPlain ? _name.Name : [];
    }
}
