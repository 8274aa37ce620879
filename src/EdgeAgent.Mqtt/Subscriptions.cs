using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt;

/// <summary>
/// The filters of one session, and which of several copies of a message counts. Brokers may send a message once for each of our
/// filters that matches; where filters overlap, each carries an identifier, and only the copy of the first one that matches is
/// taken. Belongs to the session's thread.
/// </summary>
internal sealed class Subscriptions
{
    /// <summary>An identifier is written as one byte.</summary>
    private const int IdentifierLimit = 127;

    private readonly Dictionary<ushort, MqttFilter[]> _requests = [];
    private readonly List<RefusedFilter> _refused = [];
    /// <summary>Filters with an identifier, which is their place and one.</summary>
    private string[] _topics = [];
    /// <summary>The same as bytes; of those that are refused nothing is a copy, and they match nothing.</summary>
    private byte[][] _identified = [];
    private bool _isAnyGranted;

    /// <summary>Whether the broker has answered every request.</summary>
    public bool AreAllAnswered => _requests.Count == 0;

    /// <summary>Writes the requests for these filters: all of the session, or later those again that were refused.</summary>
    /// <param name="packet">Where to.</param>
    /// <param name="version">Of the session.</param>
    /// <param name="filters">None of them covered by another.</param>
    /// <param name="hasIdentifiers">Whether the broker supports them.</param>
    /// <param name="nextPacketId">Gives ids for requests.</param>
    public void Request(PacketWriter packet, MqttVersion version, MqttFilter[] filters, bool hasIdentifiers, Func<ushort> nextPacketId)
    {
        var topics = Array.ConvertAll(filters, f => f.Topic);
        if (_topics.Length > 0)
        {
            foreach (var filter in filters)
                Request(packet, version, [filter], Array.IndexOf(_topics, filter.Topic) + 1, nextPacketId());
            return;
        }
        if (version != MqttVersion.V5 || !hasIdentifiers || filters.Length > IdentifierLimit || !TopicFilter.AnyOverlap(topics))
        {
            Request(packet, version, filters, identifier: 0, nextPacketId());
            return;
        }
        (_topics, _identified) = (topics, Array.ConvertAll(topics, Encoding.UTF8.GetBytes));
        for (var i = 0; i < filters.Length; i++)
            Request(packet, version, [filters[i]], i + 1, nextPacketId());
    }

    /// <summary>Takes an answer.</summary>
    /// <exception cref="MqttException">It is none to a request of ours.</exception>
    public void TakeAnswer(ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (body.Length < 2 || !_requests.Remove((ushort)(body[0] << 8 | body[1]), out var filters))
            throw MqttException.Protocol("the broker sent a SUBACK that nobody asked for");
        var codes = ConnectPackets.ReadSubAck(body, version, filters.Length);
        for (var i = 0; i < filters.Length; i++) Take(filters[i], codes[i]);
    }

    /// <summary>All requests are answered: says so, and what was refused.</summary>
    /// <exception cref="MqttException">Nothing was granted, or what was is of no use without the rest.</exception>
    public void Tell(IMqttSessionHandler handler)
    {
        RefusedFilter[] refused = [.. _refused];
        _refused.Clear();
        if (!_isAnyGranted) throw refused[0].ToException();
        if (refused.Length > 0) handler.OnRefused(refused);
        handler.OnSubscribed();
    }

    /// <summary>Whether a message is a further copy of one that comes by another filter.</summary>
    public bool IsCopy(in PublishPacket packet)
    {
        if (_identified.Length == 0) return false;
        var first = TopicFilter.FirstMatch(_identified, packet.Topic);
        if (first < 0) return false;
        var hasIdentifier = false;
        var properties = new PropertyReader(packet.Properties);
        while (properties.Read())
        {
            if (properties.Id != PropertyId.SubscriptionIdentifier) continue;
            hasIdentifier = true;
            if (properties.Variable == first + 1) return false;
        }
        return hasIdentifier;
    }

    private void Take(MqttFilter filter, byte code)
    {
        var isGranted = code < 0x80;
        _isAnyGranted |= isGranted;
        if (!isGranted) _refused.Add(new RefusedFilter(filter, code));
        // What comes by the other filters must not pass for a copy of what never comes by this one.
        if (Array.IndexOf(_topics, filter.Topic) is >= 0 and var place)
            _identified[place] = isGranted ? Encoding.UTF8.GetBytes(filter.Topic) : [];
    }

    private void Request(PacketWriter packet, MqttVersion version, MqttFilter[] filters, int identifier, ushort packetId)
    {
        _requests[packetId] = filters;
        ConnectPackets.Subscribe(packet, version, packetId, filters, identifier);
    }
}
