import { createKafkaBus } from '../../services/bus/kafka/kafka-bus.ts';
import { describeBusContract } from '../contracts/bus-contract.ts';
import { startKafkaBroker } from '../support/kafka-broker.ts';

describeBusContract('Kafka', async () => {
  const broker = await startKafkaBroker();
  if (typeof broker === 'string') return broker;
  return {
    open: () => createKafkaBus({ brokers: broker.brokers, clientId: 'provost-test' }),
    dispose: broker.stop,
  };
});
